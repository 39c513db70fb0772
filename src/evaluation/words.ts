import { carried } from '../core/figures.ts';
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
  { margin, required, unit }: { margin: number; required: Verdict; unit: string | undefined },
): string {
  const { champion, challenger, low, high } = compared;
  if (champion === undefined || challenger === undefined || low === undefined) {
    return `${name} could not be compared on these rows; gather more labelled rows.`;
  }
  const interval = { low, high: high ?? low };
  const shown = (value: number) => carried(value, interval);
  const facts = `${name} is ${withUnit(shown(challenger), unit)} against the champion's ${shown(champion)}`;
  const judged = judgement(verdict, interval, withUnit(String(margin), unit));
  const short = verdict === 'not worse' && required === 'better' ? ' Better was asked for.' : '';
  return `${facts}: ${judged}.${short}`;
}

function judgement(
  verdict: Verdict,
  interval: { low: number; high: number },
  margin: string,
): string {
  const { low, high } = interval;
  const shown = (value: number) => carried(value, interval);
  switch (verdict) {
    case 'better':
      return `better, by ${shown(low)} to ${shown(high)} with 95% confidence`;
    case 'not worse':
      return `not worse, at most ${shown(Math.max(0, -low))} behind where ${margin} is allowed`;
    case 'worse':
      return `worse, by ${shown(-high)} to ${shown(-low)} with 95% confidence`;
    case 'inconclusive':
      return `inconclusive, it may be ${shown(-low)} behind or ${shown(high)} ahead; gather more labelled rows`;
  }
}

/** `37.12 minutes`. */
export function withUnit(figure: string, unit: string | undefined): string {
  return unit === undefined ? figure : `${figure} ${unit}`;
}
