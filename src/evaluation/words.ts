import type { MetricComparison } from './compare.ts';
import type { Verdict } from './verdict.ts';

/** The part of a metric's comparison that a gate uses. */
export type ComparedMetric = Pick<
  MetricComparison,
  'champion' | 'challenger' | 'low' | 'high' | 'adjustedP'
> & { name: string };

/** The name at the start of a sentence, for a metric that the task does not have. */
export function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}

/** 20000 as `20,000`. */
export function count(rows: number): string {
  return rows.toLocaleString('en-US');
}

/** With three digits, or as many more as distinguish it from the bound: 0.6499, not 0.65. */
export function beside(value: number, other: number): string {
  for (let digits = 3; digits <= 15; digits += 1) {
    const shown = Number(value.toPrecision(digits));
    if (value === other || shown !== other) return String(shown);
  }
  return String(value);
}

/** The result of a comparison with the champion, and what to do if it is inconclusive. */
export function comparison(
  name: string,
  compared: ComparedMetric,
  verdict: Verdict,
  margin: number,
  required: Verdict,
): string {
  const { champion, challenger, low, high } = compared;
  if (champion === undefined || challenger === undefined || low === undefined) {
    return `${name} could not be compared on these rows; gather more labelled rows.`;
  }
  const facts = `${name} is ${round(challenger)} against the champion's ${round(champion)}`;
  const judged = judgement(verdict, low, high ?? low, margin);
  const short = verdict === 'not worse' && required === 'better' ? ' Better was asked for.' : '';
  return `${facts}: ${judged}.${short}`;
}

function judgement(verdict: Verdict, low: number, high: number, margin: number): string {
  switch (verdict) {
    case 'better':
      return `better, by ${round(low)} to ${round(high)} with 95% confidence`;
    case 'not worse':
      return `not worse, at most ${round(Math.max(0, -low))} behind where ${margin} is allowed`;
    case 'worse':
      return `worse, by ${round(-high)} to ${round(-low)} with 95% confidence`;
    case 'inconclusive':
      return `inconclusive, it may be ${round(-low)} behind or ${round(high)} ahead; gather more labelled rows`;
  }
}

/** Three digits of a metric, with at most four decimals. */
function round(value: number): string {
  return String(Number(Number(value.toPrecision(3)).toFixed(4)));
}
