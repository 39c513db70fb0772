import { commands } from '../../commands/index.ts';
import { type CommandShape, shapeOf } from '../../src/core/shape.ts';
import { openDesk } from '../queue/desk.ts';
import { eventually } from '../story/eventually.ts';
import { messageFaults } from './board.ts';
import { type Container, openContainer } from './container.ts';
import { setTheScene } from './opening.ts';
import { createPlayer } from './play.ts';
import { randomFrom } from './random.ts';
import { remains } from './remains.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';
import { type Damage, inCalm, inStorm } from './storm.ts';

type Log = Awaited<ReturnType<typeof openDesk>>['log'];
export type OpenStage = (commands: readonly CommandShape[], log: Log) => Promise<Stage>;

export interface Ending {
  /** All that the registry and the queues hold. */
  remains: Record<string, readonly string[]>;
  /** Voters, by request that stays open. */
  votes: Record<string, string[]>;
  /** Voters according to the audit trail. */
  trail: Record<string, string[]>;
  /** Differences between the platform and the registry. */
  wrong: readonly unknown[];
  damage: Damage | undefined;
  /** Errors in the log. */
  errors: readonly unknown[];
}

/** Plays the script to its end, in calm conditions or, with a seed for it, in a storm. */
export async function playOut(script: Script, open: OpenStage, storm?: number): Promise<Ending> {
  const desk = await openDesk();
  const { log } = desk;
  const stage = await open(commands.map(shapeOf), log);
  const container = await openContainer(stage, desk);
  try {
    await container.start();
    await setTheScene(script, container, stage);
    const player = createPlayer(container, stage);
    const damage =
      storm === undefined
        ? void (await inCalm(script, player))
        : await inStorm(script, player, stage, randomFrom(storm));
    await container.quiet();
    // After a reconnect the adapter reads what it missed.
    if (damage && !(await stage.cut(0))) await container.dispatch.missed(stage.platform.name);
    await eventually('votes that say what stands', () => isCounted(script, container), {
      ...{ within: 60_000, every: 50 },
      scene: () => JSON.stringify(log.lines.slice(-20)),
    });
    await container.quiet();
    return {
      remains: await remains(script, container, stage, player),
      votes: await votesIn(script, container),
      trail: trailOf(script, container),
      wrong: [...(await messageFaults(container, stage)), ...stage.faults()],
      damage,
      errors: log.lines.filter(({ level }) => level === 'error'),
    };
  } finally {
    await container.close();
  }
}

async function votesIn({ standing }: Script, { registry }: Container): Promise<Ending['votes']> {
  const votes: Ending['votes'] = {};
  for (const id of standing.keys()) {
    const approval = await registry.approvals.get(id);
    votes[id] = approval.votes.map(({ person, verdict }) => `${person} ${verdict}`).toSorted();
  }
  return votes;
}

/** The final state that the script expects. */
export function votesOf({ standing }: Script): Ending['votes'] {
  return Object.fromEntries(
    [...standing].map(([id, people]) => [id, people.map((who) => `${who} approve`).toSorted()]),
  );
}

async function isCounted(script: Script, container: Container): Promise<boolean> {
  const open = await container.registry.approvals.list({ statuses: ['open'], limit: 1000 });
  const decided = open.every(({ id }) => script.standing.has(id));
  const wanted = JSON.stringify(votesOf(script));
  return decided && JSON.stringify(await votesIn(script, container)) === wanted;
}

function trailOf({ standing }: Script, { trail }: Container): Ending['trail'] {
  const votes = new Map([...standing.keys()].map((id) => [id, new Set<string>()]));
  for (const { action, subject, by } of trail) {
    const cast = votes.get(subject);
    if (action === 'approval.withdrawn') {
      cast?.delete(`${by} approve`);
      cast?.delete(`${by} reject`);
    } else if (action === 'approval.approve') cast?.add(`${by} approve`);
    else if (action === 'approval.reject') cast?.add(`${by} reject`);
  }
  return Object.fromEntries([...votes].map(([id, cast]) => [id, [...cast].toSorted()]));
}
