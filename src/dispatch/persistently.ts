import { setTimeout as pause } from 'node:timers/promises';
import { Busy } from '../core/errors.ts';

/** Upper bound for the waiting time that a server requests. */
const LONGEST_MS = 60_000;

interface Failure<T> {
  one: T;
  error: unknown;
}

/**
 * Processes items one after another and retries those that threw: after each of `waits` in milliseconds, or the
 * time that a server requests, and as long as fewer remain. Returns what is left at the end. If a server
 * applies a rate limit, the rest is not tried before that.
 */
export async function persistently<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
  waits: readonly number[],
): Promise<Failure<T>[]> {
  let left = await failuresOf(all, work);
  for (let tries = 0; left.length > 0; tries += 1) {
    const wait = waits[tries];
    if (wait === undefined) break;
    const asked = left.map(({ error }) => (error instanceof Busy ? error.retryAfterMs : 0));
    // Does not keep a process alive that should stop.
    const ms = Math.min(Math.max(wait, ...asked), LONGEST_MS);
    await pause(ms, undefined, { ref: false });
    const before = left.length;
    left = await failuresOf(
      left.map(({ one }) => one),
      work,
    );
    if (left.length < before) tries = -1;
  }
  return left;
}

async function failuresOf<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  let busy: Busy | undefined;
  for (const one of all)
    try {
      if (busy) failures.push({ one, error: busy });
      else await work(one);
    } catch (error) {
      if (error instanceof Busy) busy = error;
      failures.push({ one, error });
    }
  return failures;
}
