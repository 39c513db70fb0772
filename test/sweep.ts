import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Printed at the start; `WHEELHOUSE_SEED=7 npm test` samples as a run with that seed did. */
    seed: number;
  }
}

/** `npm run test:sweep` plays all of what `npm test` samples. */
export const WHOLE = process.env['WHEELHOUSE_SWEEP'] === '1';
export const SEED = inject('seed');

const STRIDE = 3;

/** Numbers of writes to die after, from 0 on: all of them, or every third, the first by the seed. */
export function* everyWrite(): Generator<number, never> {
  const stride = WHOLE ? 1 : STRIDE;
  for (let at = SEED % stride; ; at += stride) yield at;
}

/**
 * For fast-check: so many random inputs in a sweep, a quarter of them otherwise. They are others each
 * time, so that what a run leaves out comes in another; a failure names its own seed.
 */
export function tries(all: number): { numRuns: number } {
  return { numRuns: WHOLE ? all : Math.ceil(all / 4) };
}

const TELLERS = ['page', 'slack', 'discord'] as const;

/**
 * The story is long, and the same in the page, in Slack and in Discord: `npm test` plays it in one of
 * them, chosen by the seed, and always by the command line and across Slack and Discord at once.
 */
export const playsStoryIn = (where: (typeof TELLERS)[number]): boolean =>
  WHOLE || TELLERS[SEED % TELLERS.length] === where;

/** All of them, or so many that stand in a row, the first by the seed. */
export function someOf<T>(all: readonly T[], count: number): T[] {
  if (WHOLE) return [...all];
  const from = SEED % all.length;
  return [...all.slice(from), ...all.slice(0, from)].slice(0, count);
}

/** All of them, or one chosen by the seed. */
export const oneOf = <T>(all: readonly T[]): T[] => someOf(all, 1);
