import { kolmogorovTail } from './distributions.ts';

/** Up to this many pairs of rows, the exact p is computed (about a millisecond). */
const EXACT_PAIRS = 250_000;

/**
 * Two-sample Kolmogorov–Smirnov: D, the largest distance between the two empirical distribution functions, with
 * ties stepped over together, and the two-sided p: exact up to 250,000 pairs, otherwise the Kolmogorov tail at
 * (√e + 0.12 + 0.11/√e) · D, e = nm/(n+m) (Stephens 1970). Throws RangeError on an empty sample. Values must be
 * finite.
 */
export function kolmogorovSmirnov(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): { statistic: number; p: number } {
  const a = sorted('Testing two samples for one distribution', first);
  const b = sorted('Testing two samples for one distribution', second);
  const pairs = a.length * b.length;
  // D · nm is an integer, so rounding does not affect which paths the exact p counts.
  let widest = 0;
  walk(a, b, (i, j) => {
    widest = Math.max(widest, Math.abs(i * b.length - j * a.length));
  });
  return { statistic: widest / pairs, p: ksTail(widest, a.length, b.length) };
}

/** The two-sided p of a largest distance D of two samples of n and m values; `widest` is D · nm, an integer. */
export function ksTail(widest: number, n: number, m: number): number {
  if (n * m <= EXACT_PAIRS) return exactTail(widest, n, m);
  const root = Math.sqrt((n * m) / (n + m));
  return kolmogorovTail((root + 0.12 + 0.11 / root) * (widest / (n * m)));
}

/**
 * Wasserstein-1 (earth mover's) distance, the area between the two distribution functions, in standard
 * deviations (population) of the reference. Undefined for a constant reference, whose standard deviation is 0.
 * Throws RangeError on an empty sample.
 */
export function normalisedWasserstein(
  reference: ArrayLike<number>,
  window: ArrayLike<number>,
): number | undefined {
  const values = sorted('Measuring how far a window moved', reference);
  if (values[0] === values[values.length - 1]) return undefined;
  // Relative to one of them, so that values far from zero keep their decimals.
  const [start = 0] = values;
  const mean = start + values.reduce((sum, value) => sum + (value - start) / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return wasserstein(reference, window) / Math.sqrt(squares / values.length);
}

/** Wasserstein-1 distance in the values' own unit. Throws RangeError on an empty sample. */
export function wasserstein(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const a = sorted('Measuring how far a window moved', first);
  const b = sorted('Measuring how far a window moved', second);
  let area = 0;
  walk(a, b, (i, j, here, next) => {
    area += Math.abs(i / a.length - j / b.length) * (next - here);
  });
  return area;
}

function sorted(activity: string, values: ArrayLike<number>): Float64Array {
  if (values.length === 0) throw new RangeError(`${activity}: one sample is empty`);
  return Float64Array.from(values).sort();
}

/** Visits each distinct value except the last: how many of each sample are at most it, and the next value. */
function walk(
  a: Float64Array,
  b: Float64Array,
  visit: (i: number, j: number, here: number, next: number) => void,
): void {
  let i = 0;
  let j = 0;
  const least = () => Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
  for (let here = least(), next = here; here < Infinity; here = next) {
    while (a[i] === here) i += 1;
    while (b[j] === here) j += 1;
    next = least();
    if (next < Infinity) visit(i, j, here, next);
  }
}

/**
 * The probability that a random path from (0, 0) to (n, m) reaches |i·m − j·n| ≥ widest somewhere (Hodges
 * 1958). Sums of positive terms only, so that even 1e-134 is accurate.
 */
function exactTail(widest: number, n: number, m: number): number {
  const strayed = new Float64Array(m + 1);
  for (let i = 0; i <= n; i += 1) {
    for (let j = 0; j <= m; j += 1) {
      if (Math.abs(i * m - j * n) >= widest) {
        strayed[j] = 1;
        continue;
      }
      const left = j === 0 ? 0 : (strayed[j - 1] ?? 0) * (j / (i + j));
      const below = i === 0 ? 0 : (strayed[j] ?? 0) * (i / (i + j));
      strayed[j] = left + below;
    }
  }
  return Math.min(1, strayed[m] ?? 1);
}
