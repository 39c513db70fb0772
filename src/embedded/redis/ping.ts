import { Redis } from 'ioredis';
import { Unreachable } from '../../core/errors.ts';

const PATIENCE_MS = 5000;

/**
 * Checks that an external Redis is reachable before anything uses it. AUTH and TLS follow from the address.
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
 * One short check on a separate connection.
 * @throws Error with the server's or network's error
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
    // The error is "Connection is closed."; the event has the reason.
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
  // A name with several addresses fails with all their reasons, and without a message.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message.replace(/\.$/, '') : String(first);
}
