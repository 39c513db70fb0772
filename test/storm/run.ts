import { isDeepStrictEqual } from 'node:util';
import { recordDue } from '../../jobs/steps/record-due.ts';
import { openDesk } from '../queue/desk.ts';
import { eventually } from '../story/eventually.ts';
import { messageFaults } from './board.ts';
import { type Kills, type OpenBots, oneBot } from './bots.ts';
import { type Container, openContainer } from './container.ts';
import { setTheScene } from './opening.ts';
import { createPlayer } from './play.ts';
import { randomFrom } from './random.ts';
import { remains } from './remains.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';
import { type Damage, inCalm, inStorm } from './storm.ts';

export type OpenStage = () => Promise<Stage>;

export interface Ending {
  /** All that the registry and the queues hold. */
  remains: Record<string, readonly string[]>;
  /** By request that stays open, who has a vote. */
  votes: Record<string, string[]>;
  /** And who has one if the trail is believed. */
  trail: Record<string, string[]>;
  /** The trail of the requests of which the two differ. */
  doubtful: string;
  /** Whatever on the platform is not as the registry says it should be. */
  wrong: readonly unknown[];
  damage: Damage | undefined;
  kills: Kills | undefined;
  /** What was logged as an error. */
  errors: readonly unknown[];
}

interface Storm {
  seed: number;
  bots: OpenBots;
  /** How often one of the bots is killed at the least, if they are processes. */
  kills: number;
}

/** Plays the script to its end, in calm weather or in a storm. */
export async function playOut(script: Script, open: OpenStage, storm?: Storm): Promise<Ending> {
  const desk = await openDesk();
  const { log } = desk;
  const stage = await open();
  const container = await openContainer(stage, desk, storm?.bots ?? oneBot);
  const { bots } = container;
  try {
    await bots.start();
    await setTheScene(script, container, stage);
    const player = createPlayer(container, stage);
    const killing = storm && bots.killing?.(randomFrom(storm.seed + 1), storm.kills);
    const damage =
      storm === undefined
        ? void (await inCalm(script, player))
        : await inStorm(script, player, stage, randomFrom(storm.seed));
    const kills = await killing?.end();
    await container.quiet();
    // A connection that comes again is what makes the adapter ask for what it missed.
    if (damage && !(await stage.cut(0))) await bots.missed();
    await eventually('votes that say what stands', () => isCounted(script, container), {
      ...{ within: 300_000, every: 50 },
      scene: () => JSON.stringify(log.lines.slice(-20)),
    });
    await container.quiet();
    // As a monitor does: what a process that died had stored and not recorded.
    const { registry } = container;
    while ((await registry.dueEvents.list()).length > 0) await recordDue(registry);
    return {
      remains: await remains(script, container, stage, player),
      ...(await standingIn(script, container)),
      wrong: [...(await messageFaults(container, stage)), ...stage.faults()],
      damage,
      kills,
      errors: log.lines.filter(({ level }) => level === 'error'),
    };
  } finally {
    await container.close();
  }
}

async function standingIn(
  script: Script,
  container: Container,
): Promise<Pick<Ending, 'votes' | 'trail' | 'doubtful'>> {
  const votes = await votesIn(script, container);
  const events = await container.trail();
  const trail = trailOf(script, events);
  const doubted = Object.keys(votes).filter((id) => !isDeepStrictEqual(votes[id], trail[id]));
  const stored = await Promise.all(doubted.map((id) => container.registry.approvals.get(id)));
  const doubtful = [
    ...stored.flatMap(({ id, votes }) => votes.map((vote) => ({ id, ...vote }))),
    ...events.filter(({ subject }) => doubted.includes(subject)),
  ];
  return { votes, trail, doubtful: doubtful.map((one) => JSON.stringify(one)).join('\n') };
}

async function votesIn({ standing }: Script, { registry }: Container): Promise<Ending['votes']> {
  const votes: Ending['votes'] = {};
  for (const id of standing.keys()) {
    const approval = await registry.approvals.get(id);
    votes[id] = approval.votes.map(({ person, verdict }) => `${person} ${verdict}`).toSorted();
  }
  return votes;
}

/** What the script says must stand at the end. */
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

type Event = Awaited<ReturnType<Container['trail']>>[number];

/** Who has a vote if the trail is believed. */
const trailOf = ({ standing }: Script, trail: readonly Event[]): Ending['trail'] =>
  Object.fromEntries(
    [...standing.keys()].map((id) => {
      const cast = standingAfter(trail.filter(({ subject }) => subject === id));
      return [id, [...cast].toSorted()];
    }),
  );

function standingAfter(events: readonly Event[]): Set<string> {
  const cast = new Set<string>();
  for (const { action, by } of events) {
    const verdict = action.slice('approval.'.length);
    if (!['approve', 'reject', 'withdrawn'].includes(verdict)) continue;
    for (const one of ['approve', 'reject']) cast.delete(`${by} ${one}`);
    if (verdict !== 'withdrawn') cast.add(`${by} ${verdict}`);
  }
  return cast;
}
