import { lastWhere } from './bisect.ts';
import { logBeta } from './log-beta.ts';
import type { Arms, Interval, Sums } from './sums.ts';

/** Jeffreys' prior: narrow intervals whether the shares are near 0 or near one half. */
const PRIOR = 0.5;
const PRIOR_BETA = logBeta(PRIOR, PRIOR);
/** Of the derivative's zero; the minimum is known twice as well. */
const STEPS = 45;

/** ln of the mixture's likelihood: the part of the martingale that does not depend on the hypothesis. */
const mixed = ({ n, sum }: Sums): number => logBeta(sum + PRIOR, n - sum + PRIOR) - PRIOR_BETA;

/** −ln of the likelihood of a share. Zero counts contribute nothing, also at 0 and 1. */
function surprise({ n, sum }: Sums, share: number): number {
  const missed = n - sum;
  return (sum > 0 ? -sum * Math.log(share) : 0) + (missed > 0 ? -missed * Math.log(1 - share) : 0);
}

/** The derivative of `surprise`, which increases with the share. */
function slope({ n, sum }: Sums, share: number): number {
  const missed = n - sum;
  return (missed > 0 ? missed / (1 - share) : 0) - (sum > 0 ? sum / share : 0);
}

/** The least joint surprise of two shares that differ by `difference`. */
function leastSurprise({ stable, challenger }: Arms, difference: number): number {
  const lowest = Math.max(0, -difference);
  const highest = Math.min(1, 1 - difference);
  const at = lastWhere(
    lowest,
    highest,
    (share) => slope(stable, share) + slope(challenger, share + difference) < 0,
    STEPS,
  );
  return surprise(stable, at) + surprise(challenger, Math.min(1, at + difference));
}

/**
 * Evidence against a difference of two shares (or of two means of values from 0 to 1), as the logarithm of an
 * e-value: the product of one Beta-mixture likelihood ratio per version, at the pair of shares with that difference
 * for which it is least. Each ratio is a supermartingale for any independent values from 0 to 1 with that mean, so
 * the evidence exceeds ln 1/α at any time with the probability α at most (Ville), for any number of requests and
 * for shares of 0 too. For shares this replaces the normal boundary of `means.ts`, which stops 1 of 50 canaries at
 * the first error that the challenger happens to get.
 * (Robbins 1970; Howard et al. 2021, section 3; Turner, Ly and Grünwald, arXiv 2106.02693.)
 */
export function evidenceAgainst(arms: Arms, difference: number): number {
  return mixed(arms.stable) + mixed(arms.challenger) + leastSurprise(arms, difference);
}

/**
 * Whether the evidence cannot reach that much, by a bound that needs no logarithm: a mixture is at most the largest
 * likelihood, and KL(p, q) ≤ (p − q)² / q(1 − q).
 */
function isHopeless({ stable, challenger }: Arms, difference: number, enough: number): boolean {
  const n = stable.n + challenger.n;
  const pooled = (stable.sum + challenger.sum - challenger.n * difference) / n;
  const share = Math.min(1, 1 - difference, Math.max(0, -difference, pooled));
  const part = ({ n: rows, sum }: Sums, at: number) =>
    (rows * (sum / rows - at) ** 2) / (at * (1 - at));
  return part(stable, share) + part(challenger, share + difference) < enough;
}

/** Whether the challenger's mean is certainly larger than the stable version's by more than `tolerance`. */
export function isCertainlyMore(arms: Arms, tolerance: number, alpha: number): boolean {
  const { stable, challenger } = arms;
  if (stable.n === 0 || challenger.n === 0) return false;
  if (challenger.sum / challenger.n - stable.sum / stable.n <= tolerance) return false;
  const enough = Math.log(1 / alpha);
  return !isHopeless(arms, tolerance, enough) && evidenceAgainst(arms, tolerance) >= enough;
}

/** Whether the challenger's mean is certainly not larger than the stable version's by more than `limit`. */
export function isCertainlyWithin(arms: Arms, limit: number, alpha: number): boolean {
  const { stable, challenger } = arms;
  if (stable.n === 0 || challenger.n === 0) return false;
  if (challenger.sum / challenger.n - stable.sum / stable.n > limit) return false;
  return evidenceAgainst(arms, limit) >= Math.log(1 / alpha);
}

/** The confidence sequence of challenger − stable at the confidence 1 − α. */
export function shareInterval(arms: Arms, alpha: number): Interval {
  const { stable, challenger } = arms;
  if (stable.n === 0 || challenger.n === 0) return { difference: 0, low: -1, high: 1 };
  const difference = challenger.sum / challenger.n - stable.sum / stable.n;
  const enough = Math.log(1 / alpha);
  const possible = (at: number) => evidenceAgainst(arms, at) < enough;
  return {
    difference,
    low: lastWhere(difference, -1, possible),
    high: lastWhere(difference, 1, possible),
  };
}
