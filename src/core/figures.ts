/** How figures, times and time spans are formatted in messages. */

/** Four decimals below 10, so that a metric reads 0.6951; thousands separators. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  if (Number.isInteger(value)) return (value + 0).toLocaleString('en-US'); // −0 is 0
  return Math.abs(value) < 10
    ? value.toFixed(4)
    : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** Three decimals below 10: a metric of some thousand rows carries no more. For what has no interval. */
export function rounded(value: number): string {
  const isShort = Number.isFinite(value) && !Number.isInteger(value) && Math.abs(value) < 10;
  return isShort ? value.toFixed(3) : figure(value);
}

/**
 * A share as a percentage: 24%, 6.6%, 0.38%. What is not quite all is not said to be 100%, and what is not quite nothing
 * not to be 0%.
 */
export function percent(share: number): string {
  const value = share * 100;
  if (!Number.isFinite(value)) return figure(value);
  if (value > 0 && value < 0.01) return '< 0.01%';
  if (value > 99.9 && value < 100) return '> 99.9%';
  return `${Number(value.toFixed(Math.abs(value) < 1 ? 2 : 1))}%`;
}

/** A 95% interval, in the unit of what it is about. */
interface Interval {
  low: number | undefined;
  high: number | undefined;
}

/** No metric of ours is told to more decimals. */
const MOST_DECIMALS = 6;

/**
 * `value` as its interval carries it: rounded where half the interval's width has two significant digits.
 * Half a width of 0.0066 carries 0.6976, one of 0.43 carries 37.12, one of 61 carries 1,234. As `rounded`
 * where the interval is missing or has no width.
 */
export function carried(value: number, { low, high }: Interval): string {
  const half = low === undefined || high === undefined ? Number.NaN : (high - low) / 2;
  if (!Number.isFinite(value) || !(half > 0) || !Number.isFinite(half)) return rounded(value);
  const decimals = Math.min(MOST_DECIMALS, 1 - Math.floor(Math.log10(half)));
  const digits = Math.max(0, decimals);
  // Beyond two digits in front of the point the last ones are noise too.
  const step = 10 ** Math.max(0, -decimals);
  const shown = step > 1 ? Math.round(value / step) * step : value;
  return shown.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** The same for a difference, with its sign. */
export function carriedDifference(value: number, interval: Interval): string {
  if (!Number.isFinite(value)) return figure(value);
  return `${value >= 0 ? '+' : '−'}${carried(Math.abs(value), interval)}`;
}

/** `least` is the smallest p that the bootstrap can give: the true one may be smaller. */
export function pValue(p: number, least?: number): string {
  if (!Number.isFinite(p)) return figure(p);
  if (least !== undefined && p <= least)
    return `≤ ${Number((Math.ceil(least * 1000) / 1000).toFixed(3))}`;
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

const DAY_MS = 86_400_000;

/** `1 Feb 2001` at midnight UTC, `1 Feb 2001 14:30` otherwise. */
export function moment(date: Date): string {
  return isMidnight(date) ? day(date) : exactly(date);
}

/** `14:02:10`, in UTC: for what happens within minutes. */
export const clockTime = (date: Date): string => date.toISOString().slice(11, 19);

/** A half-open window as people write it: for whole days, the last day is included. */
export function span({ from, to }: { from: Date; to: Date }): string {
  if (!isMidnight(from) || !isMidnight(to)) return `${exactly(from)} to ${exactly(to)}`;
  const [first, last] = [day(from), day(new Date(to.getTime() - DAY_MS))];
  return first === last ? first : `${first} to ${last}`;
}

function isMidnight(date: Date): boolean {
  return date.getTime() % DAY_MS === 0;
}

function exactly(date: Date): string {
  return `${day(date)} ${date.toISOString().slice(11, 16)}`;
}

/** Made once: it takes as long as a hundred days to write. */
const DAY = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric' },
  timeZone: 'UTC',
});

const day = (date: Date): string => DAY.format(date);

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'under a second';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
