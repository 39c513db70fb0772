import { seededRandom } from '../../src/evaluation/random.ts';

/** Numbers in [0, 1) that depend on the seed only. */
export type Random = () => number;
export const randomFrom: (seed: number) => Random = seededRandom;

export function choose<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

export function shuffled<T>(random: Random, all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
