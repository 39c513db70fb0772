import incompleteBeta from '@stdlib/math-base-special-betainc';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import binomialPmf from '@stdlib/stats-base-dists-binomial-pmf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** Two-sided p of a standard normal statistic. Uses the lower tail, so that |z| = 30 is not 0. */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * normalCdf(-Math.abs(z), 0, 1));
}

/** The z that a two-sided 95% interval reaches to either side: the one-sided 97.5 % quantile. */
export const Z_95: number = normalQuantile(0.975, 0, 1);

/**
 * Two-sided mid-p of `k` successes in `n` fair tosses, 0 ≤ k ≤ n: twice the smaller tail,
 * with only half of the probability of what was seen (Lancaster 1961).
 */
export function fairTossMidP(k: number, n: number): number {
  const smaller = Math.min(k, n - k);
  return Math.min(1, 2 * binomialCdf(smaller, n, 0.5) - binomialPmf(smaller, n, 0.5));
}

/** Two-sided p of Student's t with so many degrees of freedom: I(ν / (ν + t²); ν / 2, 1 / 2), which keeps its digits far out. */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}
