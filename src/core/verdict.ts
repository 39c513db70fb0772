/**
 * The verdict on a difference. Only `better` and `not worse` are positive; `inconclusive` is neither positive
 * nor negative.
 */
export type Verdict = 'better' | 'not worse' | 'worse' | 'inconclusive';

/** A difference oriented so that more is better, with its two-sided 95% interval. */
export type Difference = {
  low: number | undefined;
  high: number | undefined;
  /** p of "no difference", adjusted if several metrics are primary. */
  adjustedP: number | undefined;
};

const ALPHA = 0.05;

/**
 * `better`: the lower bound is above 0 (and the adjusted p within 5%). `not worse`: it is above −margin.
 * `worse`: the entire interval is below 0. Anything else is `inconclusive`. A significant loss within the
 * margin is `not worse`: this is the purpose of a margin.
 */
export function judgeDifference({ low, high, adjustedP }: Difference, margin: number): Verdict {
  if (low === undefined || high === undefined) return 'inconclusive';
  if (low > 0 && (adjustedP ?? 1) <= ALPHA) return 'better';
  if (low > -margin) return 'not worse';
  return high < 0 ? 'worse' : 'inconclusive';
}

/**
 * One verdict over co-primary metrics: none may be worse or inconclusive, and one that is better makes the
 * result better. Without metrics it is inconclusive.
 */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('worse')) return 'worse';
  if (verdicts.length === 0 || verdicts.includes('inconclusive')) return 'inconclusive';
  return verdicts.includes('better') ? 'better' : 'not worse';
}
