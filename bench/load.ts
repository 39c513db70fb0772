import type { RawAnswer } from './load/connection.ts';
import { Pool } from './load/pool.ts';

interface LoadCounts {
  sent: number;
  /** Answers other than 200, broken connections, and timeouts. */
  failed: number;
  /** Of those that failed: refused with status 429. */
  refused: number;
  /** Milliseconds of every answer. */
  latencies: number[];
}

/** One answered request. */
interface Answered {
  id: string;
  /** Milliseconds. */
  ms: number;
  /** The version that answered. */
  version: string;
}

export interface Load {
  /** Resolves with `performance.now()` at the next answer that `is` accepts. */
  answer(is: (version: string) => boolean): Promise<number>;
  /** So far. */
  counts(): LoadCounts;
  /** Stops sending, waits for pending requests, and counts. */
  stop(): Promise<LoadCounts>;
}

interface Target {
  url: string;
  /** Each request gets an ID of its own besides. */
  body: object;
  perSecond: number;
  /** More requests at once wait for a connection. */
  connections?: number;
  /** Hears of every answer. */
  heard?(answer: Answered): void;
}

const TICK_MS = 1;

/**
 * Sends at a steady rate, at random moments as independent callers do, even if the answers do not keep up: a stall makes
 * them late, not fewer.
 */
export function startLoad({ url, body, perSecond, connections = 64, heard }: Target): Load {
  const pool = new Pool(url, connections);
  const counts: LoadCounts = { sent: 0, failed: 0, refused: 0, latencies: [] };
  const listeners = new Set<(version: string) => void>();
  const underWay = new Set<Promise<void>>();
  const members = JSON.stringify(body).slice(1);

  async function send(id: string): Promise<void> {
    const json = `{"id":"${id}",${members}`;
    const began = performance.now();
    try {
      const version = versionIn(await pool.post(json));
      const ms = performance.now() - began;
      counts.latencies.push(ms);
      heard?.({ id, ms, version });
      for (const listener of listeners) listener(version);
    } catch (error) {
      counts.failed += 1;
      if (error instanceof Refused) counts.refused += 1;
    }
  }

  // The times between independent requests are distributed exponentially.
  const pause = () => (-Math.log(1 - Math.random()) * 1000) / perSecond;
  let due = performance.now() + pause();
  const timer = setInterval(() => {
    for (; due <= performance.now(); due += pause()) {
      counts.sent += 1;
      const one = send(`bench-${counts.sent}`).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }, TICK_MS);

  return {
    answer: (is) =>
      new Promise((resolve) => {
        const listener = (version: string) => {
          if (!is(version)) return;
          listeners.delete(listener);
          resolve(performance.now());
        };
        listeners.add(listener);
      }),
    counts: () => ({ ...counts, latencies: [...counts.latencies] }),
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      pool.close();
      return counts;
    },
  };
}

class Refused extends Error {}

/** The version that answered. */
function versionIn({ status, body }: RawAnswer): string {
  if (status === 429) throw new Refused();
  const [, version] = /"model_version":"([^"]*)"/.exec(body) ?? [];
  if (status !== 200 || version === undefined) throw new Error(`${status}: ${body}`);
  return version;
}
