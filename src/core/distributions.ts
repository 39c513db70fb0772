import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/*
 * These packages consist of hundreds of small files, a third of the startup time of a process that computes
 * nothing with them: they are loaded on first use.
 */
let loaded: Distributions | undefined;
interface Distributions {
  incompleteBeta: typeof import('@stdlib/math-base-special-betainc');
  binomialCdf: typeof import('@stdlib/stats-base-dists-binomial-cdf');
  binomialPmf: typeof import('@stdlib/stats-base-dists-binomial-pmf');
  normalCdf: typeof import('@stdlib/stats-base-dists-normal-cdf');
}
function distributions(): Distributions {
  loaded ??= {
    incompleteBeta: require('@stdlib/math-base-special-betainc'),
    binomialCdf: require('@stdlib/stats-base-dists-binomial-cdf'),
    binomialPmf: require('@stdlib/stats-base-dists-binomial-pmf'),
    normalCdf: require('@stdlib/stats-base-dists-normal-cdf'),
  };
  return loaded;
}

/** Two-sided p of a standard normal statistic. Uses the lower tail, so that |z| = 30 is not 0. */
export function normalTwoSided(z: number): number {
  return Math.min(1, 2 * distributions().normalCdf(-Math.abs(z), 0, 1));
}

/** The z of a two-sided 95% interval: the one-sided 97.5% quantile. */
export const Z_95 = 1.959963984540054;

/** The z of a two-sided interval that misses with probability `alpha`, from 1e-12 to 1. */
export function zOf(alpha: number): number {
  if (alpha === 0.05) return Z_95;
  let [low, high] = [0, 10];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalTwoSided(middle) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Two-sided mid-p of `k` successes in `n` fair tosses, 0 ≤ k ≤ n: twice the smaller tail, with half of the
 * probability of the observed value (Lancaster 1961).
 */
export function fairTossMidP(k: number, n: number): number {
  const smaller = Math.min(k, n - k);
  const { binomialCdf, binomialPmf } = distributions();
  return Math.min(1, 2 * binomialCdf(smaller, n, 0.5) - binomialPmf(smaller, n, 0.5));
}

/** Two-sided p of Student's t: I(ν / (ν + t²); ν / 2, 1 / 2), which stays accurate far out in the tail. */
export function studentTwoSided(t: number, degrees: number): number {
  return distributions().incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}
