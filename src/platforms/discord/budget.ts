import { setTimeout as pause } from 'node:timers/promises';
import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Log } from '../../core/log.ts';

/** Identifies that a program in a restart loop never uses: they are for the person who fixes it. */
const RESERVE = 50;
/** Discord's own rule: one identify in five seconds. */
const DISTANCE_MS = 5000;
const LONGEST_DISTANCE_MS = 300_000;
/** After this time without an identify, the delays start again from the first. */
const CALM_MS = 2 * LONGEST_DISTANCE_MS;

/** https://docs.discord.com/developers/events/gateway#session-start-limit-object; `reset_after` in ms. */
const SessionLimit = z.object({
  total: z.number(),
  remaining: z.number(),
  reset_after: z.number(),
});
const GatewayInfo = z.object({ session_start_limit: SessionLimit });

export type SessionLimit = z.output<typeof SessionLimit>;

export async function readSessionLimit(rest: REST): Promise<SessionLimit> {
  return GatewayInfo.parse(await rest.get(Routes.gatewayBot())).session_start_limit;
}

/**
 * How long to wait before an identify, in ms. A bot that uses all identifies of a day loses its token, and a bot that
 * crashes at once and is restarted every second uses 1000 in a quarter of an hour. Discord counts across restarts:
 * half of them can be used at any rate, the other half is spread evenly over the rest of the day, and the reserve is
 * kept.
 */
export function pauseBefore({ total, remaining, reset_after }: SessionLimit): number {
  if (remaining <= RESERVE) return reset_after;
  if (remaining * 2 >= total) return 0;
  return Math.ceil(reset_after / (remaining - RESERVE));
}

interface GateOptions {
  rest: REST;
  log: Log;
  /** Called if the wait is longer than a person should wait. */
  onLongWait: () => void;
  distanceMs?: number;
}

/** Every identify waits here: the first one, and those after a lost session. */
export function createIdentifyGate({ rest, log, onLongWait, distanceMs }: GateOptions) {
  const shortest = distanceMs ?? DISTANCE_MS;
  let last: number | undefined;
  let inARow = 0;
  let granted = false;

  /** Within one process: 5 s, 10 s, 20 s … 5 min, until a session lasts. */
  function sinceLast(): number {
    if (last === undefined) return 0;
    const since = performance.now() - last;
    inARow = since > CALM_MS ? 0 : inARow + 1;
    const distance = Math.min(shortest * 2 ** (inARow - 1), LONGEST_DISTANCE_MS);
    return distance - since;
  }

  async function waitFor(least: number, signal: AbortSignal): Promise<void> {
    const wait = Math.max(least, sinceLast());
    if (wait > 0) await pause(wait, undefined, { signal });
  }

  async function spread(): Promise<number> {
    const limit = await readSessionLimit(rest);
    const wait = pauseBefore(limit);
    if (wait === 0) return 0;
    const until = new Date(Date.now() + wait).toISOString();
    log.warn(
      { ...limit, until },
      `Discord lets this bot log in ${limit.remaining} more times today, of ${limit.total}; it waits until ${until}. Something restarts it too often: look at what ended it.`,
    );
    onLongWait();
    return wait;
  }

  return {
    /** Waits until one identify is allowed. Throws the error of the request to Discord. */
    async reserve(signal: AbortSignal): Promise<void> {
      await waitFor(await spread(), signal);
      granted = true;
    },
    /** As discord.js asks, with the connection open. */
    async waitForIdentify(_shard: number, signal: AbortSignal): Promise<void> {
      // Discord's answer about the budget may be lost with the connection; the minimum delay always applies.
      if (!granted) await waitFor(await spread().catch(() => 0), signal);
      granted = false;
      last = performance.now();
    },
  };
}
