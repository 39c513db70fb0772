import { fairTossMidP, normalTwoSided } from '../core/distributions.ts';

/** Below this many rows on which the two differ, the chi-square approximation is not good enough. */
const EXACT_BELOW = 25;

/**
 * McNemar's test of whether two classifiers are right equally often on the same rows. `onlyFirst`: rows that
 * only the first got right, `onlySecond`: only the second. Exact mid-p if they differ on fewer than 25 rows
 * (Fagerland, Lydersen & Laake 2013), otherwise chi-square with one degree of freedom and continuity
 * correction; 1 if they never differ.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const differing = onlyFirst + onlySecond;
  if (differing === 0) return 1;
  if (differing < EXACT_BELOW) return fairTossMidP(onlyFirst, differing);
  const gap = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
  // chi-square with one degree of freedom is a squared normal
  return normalTwoSided(gap / Math.sqrt(differing));
}
