import { carried } from '../../../core/figures.ts';
import type { GateMetric } from '../../../core/gate.ts';
import type { Verdict } from '../../../core/verdict.ts';
import { count, withUnit } from '../words.ts';

/** What was asked for: `margin` in the metric's own unit. */
interface Asked {
  margin: number;
  required: Verdict;
  unit: string | undefined;
}

/** The result of a comparison with the champion. */
export function comparison(
  name: string,
  compared: GateMetric,
  verdict: Verdict,
  { margin, required, unit }: Asked,
): string {
  const { champion, challenger, low, high } = compared;
  if (champion === undefined || challenger === undefined || low === undefined)
    return `${name} could not be compared on these rows.`;
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
      return `inconclusive, it may be ${shown(-low)} behind or ${shown(high)} ahead`;
  }
}

/** What would turn an insufficient verdict into the required one. */
export function whatWouldChange(
  { low, high }: GateMetric,
  verdict: Verdict,
  { margin, required, unit }: Asked,
  rows: number | undefined,
): string {
  if (low === undefined || high === undefined) return 'Gather more labelled rows.';
  const bound = required === 'better' ? 0 : -margin;
  if (verdict === 'worse') {
    const allowed =
      required === 'better' ? 'ahead' : `at most ${withUnit(String(margin), unit)} behind`;
    return `Train a version that is ${allowed}.`;
  }
  const needed = rows === undefined ? undefined : rowsToDecide({ low, high }, bound, rows);
  if (needed === undefined)
    return 'More labelled rows would not help while the difference is as it is.';
  return `About ${count(needed)} labelled rows would decide it if the difference stays as it is; there were ${count(rows ?? 0)}.`;
}

/**
 * Rows after which the lower end of the interval passes the bound, if its middle stays: its width shrinks with the
 * square root of the rows. Undefined if the middle itself does not pass. Rounded up to two digits.
 */
function rowsToDecide(
  { low, high }: { low: number; high: number },
  bound: number,
  rows: number,
): number | undefined {
  const middle = (low + high) / 2;
  const room = middle - bound;
  if (!(room > 0)) return undefined;
  const needed = rows * ((high - low) / 2 / room) ** 2;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, needed))) - 1);
  return Math.max(rows + 1, Math.ceil(needed / step) * step);
}
