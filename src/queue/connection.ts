import { Redis, type RedisOptions } from 'ioredis';
import { Unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { inOneWrite } from './one-write.ts';

/** For workers: waits for Redis as long as necessary. */
const PATIENT = { maxRetriesPerRequest: null } satisfies RedisOptions;
/** For the bus, which subscribes again itself: a refusal of what ioredis repeats would end the process. */
const LISTENING = { ...PATIENT, autoResubscribe: false } satisfies RedisOptions;
/** For processes that answer people: fails at once if Redis is unreachable. */
const BRISK = {
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  connectTimeout: 3000,
  commandTimeout: 3000,
} satisfies RedisOptions;

const KINDS = { patient: PATIENT, listening: LISTENING, brisk: BRISK };

export function connect(url: string, kind: keyof typeof KINDS, log: Log): Redis {
  const redis = new Redis(url, KINDS[kind]);
  redis.on('error', limited(log, 'redis'));
  if (kind === 'brisk') inOneWrite(redis);
  return redis;
}

/** A dead server causes one log line every ten seconds, not a thousand. */
export function limited(log: Log, who: string): (error: Error) => void {
  let quietUntil = 0;
  return (error) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + 10_000;
    log.warn({ err: error }, `${who} is in trouble`);
  };
}

/** Resolves when the connection is ready. Throws Unreachable if it is not ready in time. */
export async function ready(redis: Redis, ms = 5000): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () =>
        reject(
          new Unreachable(`Opening the queue: Redis did not respond within ${ms / 1000} s.`, {
            next: 'Start Redis, or correct REDIS_URL.',
          }),
        ),
      ms,
    );
    redis.once('ready', () => {
      clearTimeout(late);
      resolve();
    });
  });
}
