import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Hundreds of small files, which only a process that computes should load. */
let loaded: { gammainc: typeof import('@stdlib/math-base-special-gammainc') } | undefined;

/** Upper tail of chi-square, by the regularised upper incomplete gamma function. */
export function chiSquareTail(statistic: number, degrees: number): number {
  loaded ??= { gammainc: require('@stdlib/math-base-special-gammainc') };
  return loaded.gammainc(statistic / 2, degrees / 2, true, true);
}

/**
 * Upper tail of the Kolmogorov distribution: 2 Σ (−1)ᵏ⁻¹ exp(−2k²x²), and below x = 1, where that
 * series converges slowly, the complement of the theta-function form √(2π)/x Σ exp(−(2k−1)²π²/8x²).
 */
export function kolmogorovTail(x: number): number {
  if (x < 0.1) return 1; // differs from 1 by less than 1e-53
  let sum = 0;
  if (x < 1) {
    for (let odd = 1; odd <= 9; odd += 2) {
      sum += Math.exp(-((odd * Math.PI) ** 2) / (8 * x * x));
    }
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k <= 10; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * x) ** 2);
  return sum;
}
