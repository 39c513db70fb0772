import { type Arms, type Interval, NOTHING, type Sums } from './sums.ts';

/** The variance of the first rows is not known well enough for the normal boundary. */
export const LEAST_ROWS = 100;

/** Unbiased, with as much as one value at each end of the range, so that it is never 0 by chance. */
function variance({ n, sum, squares }: Sums): number {
  const mean = sum / n;
  return (Math.max(0, squares - n * mean * mean) + 0.25) / (n - 1);
}

/**
 * The confidence sequence of the difference of two means of values from 0 to 1 that are no shares, such as a Brier
 * score or an absolute error over its range. With n rows in both versions and v = n²(s²c/nc + s²s/ns), the half-width is
 * √((v + ρ)(ln(1 + v/ρ) + 2 ln 1/α)) / n: Robbins' normal mixture (Howard et al. 2021, equation 14; Waudby-Smith et al.
 * 2021 for an estimated variance; as Netflix uses it, Lindon, Sanden and Shirikian, arXiv 2205.14762). Asymptotic, so
 * it says nothing before 100 rows of each.
 * @param best the number of rows at which it is narrowest
 */
export function meanInterval({ stable, challenger }: Arms, alpha: number, best = 5000): Interval {
  if (stable.n < LEAST_ROWS || challenger.n < LEAST_ROWS) return NOTHING;
  const n = stable.n + challenger.n;
  const difference = challenger.sum / challenger.n - stable.sum / stable.n;
  const perRow = n * (variance(challenger) / challenger.n + variance(stable) / stable.n);
  const v = n * perRow;
  const twice = 2 * Math.log(1 / alpha);
  const rho = (best * perRow) / (twice + Math.log(1 + twice));
  const half = Math.sqrt((v + rho) * (Math.log(1 + v / rho) + twice)) / n;
  return {
    difference,
    low: Math.max(-1, difference - half),
    high: Math.min(1, difference + half),
  };
}
