import { overLimitInWords } from '../../src/cards/retraining-words.ts';
import { Refused } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import { timeLeftOf, timeLimitOf } from '../../src/core/retraining.ts';
import type { Needs } from '../../src/core/world.ts';

/** More does not fit into a timer; it is 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Does `work` with a signal that also ends it when the run has used up what the policy's budget had left for it.
 * Whoever tries it again after a crash has only the rest.
 * @throws Refused when the time is over
 */
export async function withinLimit<T>(
  run: Run,
  { clock }: Needs<'clock'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = timeLeftOf(run, clock.now());
  const limit = timeLimitOf(run);
  if (left === undefined || limit === undefined || !run.trigger) return work(signal);
  const over = new Refused(overLimitInWords(limit, run.trigger), {
    next: `/policy ${run.model} shows when it may train again. People can still train it: /train ${run.model}.`,
  });
  if (left <= 0) throw over;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(over), Math.min(left, LONGEST_MS));
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    // Whatever broke when it was stopped, this is the reason; a worker that stops or a cancelled run comes first.
    throw late.signal.aborted && !signal.aborted ? over : error;
  } finally {
    clearTimeout(timer);
  }
}
