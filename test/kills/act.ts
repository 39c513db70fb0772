import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { deriveId } from '../../src/core/ids.ts';
import type { Runs } from '../../src/core/ports/runs.ts';
import { Handle } from '../../src/training/engines/process/files.ts';
import { choose, type Random } from '../storm/random.ts';
import type { Chat } from '../story/chat.ts';
import { eventually } from '../story/eventually.ts';
import { shimOf } from '../training/engines/processes.ts';
import { KILLED, type Role, type Site } from './site.ts';

const Acknowledged = z.object({
  reply: z.object({ outcome: z.string(), fault: z.string().optional() }),
});

/** How many trainings wait or run at once: enough for every worker. */
const AT_ONCE = 10;
/** Between two kills, and as much again at random. */
const BETWEEN_MS = 2500;

/**
 * Starts trainings until so many are acknowledged. A call is repeated, with the same ID, until somebody answers it, as
 * every client does.
 * @returns the runs that were acknowledged, and those that were refused, of which nothing may be done
 */
export async function startTrainings(chat: Chat, runs: Runs, count: number, scene: () => string) {
  const begun: string[] = [];
  const refused: string[] = [];
  for (let n = 0; begun.length < count; n += 1) {
    const id = `every-role-${n}`;
    const { reply } = await eventually(
      `training ${n} is acknowledged`,
      async () => Acknowledged.parse(await chat.invoke(id, 'train', ['flights'])),
      { within: 240_000, scene },
    );
    (reply.fault === undefined ? begun : refused).push(deriveId('run', id));
    await eventually('there is room for another one', () => hasRoom(runs), {
      within: 240_000,
      scene,
    });
  }
  return { begun, refused };
}

async function hasRoom(runs: Runs): Promise<boolean> {
  const all = await runs.list({ limit: 100 });
  return all.filter(({ finishedAt }) => !finishedAt).length < AT_ONCE;
}

/** How often each role was killed, and what runs programs: the supervisor, or the first process of a pod or job. */
type Kills = Record<Role | 'supervisor', number>;

/** Kills at random, until it is told to end: everything in turn, in an order and at moments that the seed decides. */
export function killing(site: Site, runs: Runs, random: Random) {
  const kills: Kills = {
    ...{ policy: 0, serve: 0, worker: 0, monitor: 0, bot: 0, redis: 0, store: 0, supervisor: 0 },
  };
  const hit = new Set<string>();
  let isOver = false;
  async function rage(): Promise<void> {
    while (!isOver) {
      await pause(BETWEEN_MS * (1 + random()));
      // Half of the blows hit what trains.
      const victim = choose(random, [
        ...KILLED,
        'worker',
        'worker',
        'supervisor',
        'supervisor',
      ] as const);
      const killed =
        victim === 'supervisor'
          ? await untilOne(() => killSupervisor(runs, random, hit))
          : await site.kill(victim, (pids) => (pids.length > 0 ? [choose(random, pids)] : []));
      kills[victim] += killed;
    }
  }
  const raging = rage();
  return {
    async end(): Promise<Kills> {
      isOver = true;
      await raging;
      return kills;
    },
  };
}

/** Programs are short: tries for some seconds, while the registry may be away as well. */
async function untilOne(kill: () => Promise<number>): Promise<number> {
  for (let left = 30; left > 0; left -= 1) {
    const killed = await kill().catch(() => 0);
    if (killed > 0) return killed;
    await pause(100);
  }
  return 0;
}

/** Once a run at most: what is lost twice has failed. */
async function killSupervisor(runs: Runs, random: Random, hit: Set<string>): Promise<number> {
  const running = await runs.list({ status: 'running', limit: 100 });
  const candidates = running.flatMap(({ id, execution }) => {
    if (!execution?.handle || execution.endedAt || hit.has(id)) return [];
    const here = Handle.safeParse(execution.handle);
    const pid = here.success ? here.data.supervisor.pid : shimOf(execution.id)?.pid;
    return pid === undefined ? [] : [{ id, pid }];
  });
  if (candidates.length === 0) return 0;
  const { id, pid } = choose(random, candidates);
  hit.add(id);
  process.kill(pid, 'SIGKILL');
  return 1;
}
