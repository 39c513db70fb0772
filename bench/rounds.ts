import { median } from './numbers.ts';

/** One measurement of each side. */
export interface Round<T> {
  ours: T;
  bare: T;
}

/**
 * Measures both sides in turns, so that both have the same noise; each is first in every other round. The first
 * measurement of each is a warm-up and is discarded.
 */
export async function inTurns<T>(
  rounds: number,
  sides: Round<string>,
  measure: (url: string) => Promise<T>,
): Promise<Round<T>[]> {
  await measure(sides.ours);
  await measure(sides.bare);
  const measured: Round<T>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2) {
      const ours = await measure(sides.ours);
      measured.push({ ours, bare: await measure(sides.bare) });
    } else {
      const bare = await measure(sides.bare);
      measured.push({ bare, ours: await measure(sides.ours) });
    }
  }
  return measured;
}

/** The median of the rounds' ratios, ours to bare, of one figure. */
export const ratioOf = <T>(rounds: readonly Round<T>[], figure: (side: T) => number): number =>
  median(rounds.map(({ ours, bare }) => figure(ours) / figure(bare)));
