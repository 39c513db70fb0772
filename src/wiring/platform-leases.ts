import type { Job } from '../core/job.ts';
import type { Log } from '../core/log.ts';
import type { Dispatch, Platform } from '../core/platform.ts';
import type { Part } from '../core/ports/health.ts';
import type { Holding, Lease } from '../core/ports/leases.ts';
import type { World } from '../core/world.ts';
import type { Lanes } from '../outbox/lanes.ts';
import type { Queue } from '../queue/index.ts';

/** For calls and deliveries in progress when the process is told to stop. */
const DRAIN_MS = 5000;

interface Parts {
  adapters: readonly Platform[];
  queue: Pick<Queue, 'leases' | 'work'>;
  log: Log;
  /** What cannot be fixed by waiting. */
  fatal: (error: Error) => void;
}

interface Opening {
  jobs: readonly Job[];
  world: World;
  dispatch: Dispatch;
  /** See `Holder.seat`. */
  seat: string;
}

export interface PlatformLeases extends Omit<Lanes, 'handOver'> {
  /** The dispatch for adapters that listen in every bot: one of them reads what was missed. */
  dispatchOf(dispatch: Dispatch): Dispatch;
  /** Throws if a platform does not accept this bot, at the first attempt. */
  open(opening: Opening): Promise<void>;
  /** Ends what is in progress, and lets another bot take over. */
  stop(): Promise<void>;
  parts(): Part[];
}

/**
 * One bot at a time has the connection to a platform, handles what comes from there and posts there: so there is one
 * order of events, one pace in each channel, and nothing is posted twice. The others stand by.
 */
export function createPlatformLeases({ adapters, queue, log, fatal }: Parts): PlatformLeases {
  const names = new Set(adapters.map(({ name }) => name));
  const held = new Map<string, Lease>();
  const holdings: Holding[] = [];
  const leaseName = (platform: string) => `platform ${platform}`;

  function hold(adapter: Platform, { jobs, world, dispatch, seat }: Opening): Promise<Holding> {
    const { name: platform, oneConnection = false } = adapter;
    let ending = new AbortController();
    let lanes: ReturnType<Queue['work']>[] = [];

    async function begin(lease: Lease): Promise<void> {
      held.set(platform, lease);
      ending = new AbortController();
      if (oneConnection) await adapter.start(dispatch);
      lanes = (['inbound', 'outbound'] as const).map((lane) =>
        queue.work(lane, jobs, world, { part: platform }),
      );
      world.courier
        .takeOver(platform, ending.signal)
        .catch((err: unknown) => log.warn({ err, platform }, 'bringing what is behind'));
      // One that connects reads it by itself.
      if (!oneConnection)
        dispatch
          .missed(platform)
          .catch((err: unknown) => log.warn({ err, platform }, 'reading what was missed'));
    }

    async function end(isTaken: boolean): Promise<void> {
      if (isTaken) held.delete(platform);
      ending.abort(new Error(`another bot posts on ${platform} now`));
      await Promise.all(lanes.map((lane) => lane.close(isTaken ? 0 : DRAIN_MS)));
      lanes = [];
      held.delete(platform);
      if (oneConnection) await adapter.stop();
    }

    return queue.leases.hold({
      ...{ name: leaseName(platform), seat, gained: begin },
      lost: (why) => end(why === 'taken'),
      failed: (error) => fatal(error instanceof Error ? error : new Error(String(error))),
    });
  }

  const leases: PlatformLeases = {
    has: (platform) => names.has(platform),
    lease: (platform) => held.get(platform),
    dispatchOf: (dispatch) => ({
      ...dispatch,
      async missed(platform) {
        if (!names.has(platform) || held.has(platform)) await dispatch.missed(platform);
      },
    }),
    async open(opening) {
      const own = { ...opening, dispatch: leases.dispatchOf(opening.dispatch) };
      try {
        for (const adapter of adapters) holdings.push(await hold(adapter, own));
      } catch (error) {
        await leases.stop();
        throw error;
      }
    },
    async stop() {
      await Promise.allSettled(holdings.splice(0).map((holding) => holding.stop()));
    },
    parts: () =>
      [...names].map((platform) => ({
        name: platform,
        required: false,
        check: async () => {},
        async note() {
          if (held.has(platform)) return 'this bot has the lease';
          const found = (await queue.leases.list()).find(
            ({ name }) => name === leaseName(platform),
          );
          return found ? `stands by for ${found.holder}` : 'stands by; no bot has the lease';
        },
      })),
  };
  return leases;
}
