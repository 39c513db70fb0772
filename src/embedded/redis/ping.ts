import { Redis } from 'ioredis';
import { Unreachable } from '../../core/errors.ts';

const PATIENCE_MS = 5000;

/**
 * Holds that the Redis of somebody else is there before anything is built on it. AUTH and TLS go
 * by the address.
 * @throws Unreachable naming the server without its password
 */
export async function pingRedis(url: string): Promise<void> {
  await visit(url, (redis) => redis.ping()).catch((cause: unknown) => {
    throw new Unreachable(
      `REDIS_URL is set, but ${redacted(url)} does not answer: ${why(cause)}.`,
      {
        next: 'Start that server, correct REDIS_URL, or unset it to use a Redis of our own.',
        cause,
      },
    );
  });
}

/**
 * One short visit on a connection of its own.
 * @throws Error with what the server or the network said
 */
export async function visit<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let heard: Error | undefined;
  redis.on('error', (error) => {
    heard = error;
  });
  try {
    await redis.connect();
    return await ask(redis);
  } catch (error) {
    // What is thrown says "Connection is closed."; the event said why.
    throw heard ?? error;
  } finally {
    redis.disconnect();
  }
}

function redacted(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A name with several addresses fails with all their reasons, and no message of its own.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message.replace(/\.$/, '') : String(first);
}
