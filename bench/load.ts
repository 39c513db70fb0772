import { Agent, request } from 'node:http';
import { z } from 'zod';

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
export interface Answered {
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
  /** Hears of every answer. */
  heard?(answer: Answered): void;
}

const Answer = z.object({ model_version: z.string() });
const TICK_MS = 5;
const TIMEOUT_MS = 5000;
const CONNECTIONS = 64;

/** Sends at a steady rate, even if the answers do not keep up: a stall makes them late, not fewer. */
export function startLoad(target: Target): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const counts: LoadCounts = { sent: 0, failed: 0, refused: 0, latencies: [] };
  const listeners = new Set<(version: string) => void>();
  const underWay = new Set<Promise<void>>();

  async function send(id: string): Promise<void> {
    const bytes = Buffer.from(JSON.stringify({ id, ...target.body }));
    const began = performance.now();
    try {
      const version = await ask(target.url, bytes, agent);
      const ms = performance.now() - began;
      counts.latencies.push(ms);
      target.heard?.({ id, ms, version });
      for (const listener of listeners) listener(version);
    } catch (error) {
      counts.failed += 1;
      if (error instanceof Refused) counts.refused += 1;
    }
  }

  const began = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * target.perSecond;
    while (counts.sent < due) {
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
      agent.destroy();
      return counts;
    },
  };
}

class Refused extends Error {}

/** The version that answered. */
function ask(url: string, body: Buffer, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const asked = request(
      url,
      { method: 'POST', agent, headers, timeout: TIMEOUT_MS },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 429) return reject(new Refused());
          if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode}: ${text}`));
          resolve(Answer.parse(JSON.parse(text)).model_version);
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    asked.on('error', reject);
    asked.end(body);
  });
}
