import { setTimeout as pause } from 'node:timers/promises';
import { Busy } from '../core/errors.ts';

/** However long a server asks us to wait, it is asked again then. */
const LONGEST_MS = 60_000;

interface Failure<T> {
  one: T;
  error: unknown;
}

/**
 * Works on one after the other, and again on what threw: after each of `waits` in milliseconds, or
 * the time that a server names, and for as long as it becomes less. What is left at the end comes
 * back. Where a server applies a rate limit the rest is not even tried before.
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
    // Nobody waits for the end of it: it must not keep a process that is told to stop.
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
