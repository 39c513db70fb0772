/** What a difference says. Only `better` and `not worse` are good news; `inconclusive` is neither. */
export type Verdict = 'better' | 'not worse' | 'worse' | 'inconclusive';

/** A difference oriented so that more is better, with its two-sided 95% interval. */
export type Difference = {
  low: number | undefined;
  high: number | undefined;
  /** p of "no difference", adjusted where several metrics are primary. */
  adjustedP: number | undefined;
};

const ALPHA = 0.05;

/**
 * `better`: the lower bound lies above 0 (and the adjusted p within 5 %). `not worse`: it lies
 * above −margin. `worse`: the whole interval lies below 0. Anything else is `inconclusive`.
 * A loss that is certain but smaller than the margin is `not worse`: that is what margins are for.
 */
export function judgeDifference({ low, high, adjustedP }: Difference, margin: number): Verdict {
  if (low === undefined || high === undefined) return 'inconclusive';
  if (low > 0 && (adjustedP ?? 1) <= ALPHA) return 'better';
  if (low > -margin) return 'not worse';
  return high < 0 ? 'worse' : 'inconclusive';
}

/**
 * One verdict over co-primary metrics: every one must hold its ground, and one that is better
 * makes the whole better. No metric at all says nothing.
 */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('worse')) return 'worse';
  if (verdicts.length === 0 || verdicts.includes('inconclusive')) return 'inconclusive';
  return verdicts.includes('better') ? 'better' : 'not worse';
}
