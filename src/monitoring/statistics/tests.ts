import { type Counts, pairs, total } from './distances.ts';
import { chiSquareTail } from './distributions.ts';

/**
 * Chi-square test of homogeneity of two rows of counts (contingency form, no Yates). Bins with an expected
 * count below `poolBelow` on either side are pooled, and a pool that is still too small is merged with the
 * smallest remaining bin. With one bin or an empty side there is nothing to test: p = 1. Throws RangeError if
 * the numbers of bins differ.
 */
export function chiSquareHomogeneity(
  a: Counts,
  b: Counts,
  { poolBelow = 5 }: { poolBelow?: number } = {},
): { statistic: number; degrees: number; p: number } {
  const smallerShare = Math.min(total(a), total(b)) / (total(a) + total(b));
  const bins = pool(
    pairs(a, b).filter(([x, y]) => x + y > 0),
    poolBelow / smallerShare,
  );
  const degrees = bins.length - 1;
  if (degrees < 1 || !(smallerShare > 0)) return { statistic: 0, degrees: 0, p: 1 };

  const shareA = total(a) / (total(a) + total(b));
  let statistic = 0;
  for (const [x, y] of bins) {
    const expectedA = (x + y) * shareA;
    const expectedB = (x + y) * (1 - shareA);
    statistic += (x - expectedA) ** 2 / expectedA + (y - expectedB) ** 2 / expectedB;
  }
  return { statistic, degrees, p: chiSquareTail(statistic, degrees) };
}

/**
 * Two-sided test of whether two shares are equal (pooled variance). 1 if both are 0 or 1, or a side has no
 * rows.
 */
export function twoProportions(hitsA: number, rowsA: number, hitsB: number, rowsB: number): number {
  const share = (hitsA + hitsB) / (rowsA + rowsB);
  const variance = share * (1 - share) * (1 / rowsA + 1 / rowsB);
  if (!(variance > 0) || !Number.isFinite(variance)) return 1;
  const z = (hitsA / rowsA - hitsB / rowsB) / Math.sqrt(variance);
  return chiSquareTail(z * z, 1); // a squared normal
}

/**
 * Benjamini–Hochberg adjustment (1995), in the given order: among the tests at or below alpha, at most that
 * share is expected to be false.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let ceiling = 1;
  order.forEach(({ p, at }, step) => {
    ceiling = Math.min(ceiling, p * (order.length / (order.length - step)));
    adjusted[at] = ceiling;
  });
  return adjusted;
}

/** Adjusted p of each of a family of tests, without those that have no p and so are none. */
export function adjustedBy<T>(
  tests: readonly T[],
  p: (test: T) => number | undefined,
): Map<T, number> {
  const decided = tests.flatMap((test) => {
    const value = p(test);
    return value === undefined ? [] : [{ test, value }];
  });
  const adjusted = benjaminiHochberg(decided.map(({ value }) => value));
  return new Map(decided.map(({ test }, at) => [test, adjusted[at] ?? 1]));
}

type Bin = readonly [number, number];

function pool(bins: readonly Bin[], smallest: number): Bin[] {
  const ascending = bins.toSorted(([x, y], [v, w]) => x + y - (v + w));
  const kept = ascending.filter(([x, y]) => x + y >= smallest);
  const small = ascending.slice(0, ascending.length - kept.length);
  if (small.length === 0) return kept;
  let pooled: Bin = [total(small.map(([x]) => x)), total(small.map(([, y]) => y))];
  while (pooled[0] + pooled[1] < smallest) {
    const next = kept.shift();
    if (next === undefined) break;
    pooled = [pooled[0] + next[0], pooled[1] + next[1]];
  }
  return [pooled, ...kept];
}
