import { BadInput } from '../core/errors.ts';
import { say } from './say.ts';

/** Which prediction times a workspace accepts. */
export interface TimeLimits {
  /** A caller's clock may be slightly ahead; a time far ahead would end windows that are not over. */
  aheadMs: number;
  /** How many different hours the rows of one request may belong to: each is a separate profile. */
  hoursPerRequest: number;
}

export const TIME_LIMITS: TimeLimits = { aheadMs: 5 * 60_000, hoursPerRequest: 48 };

export interface TimeBounds {
  /** Earlier times are refused; undefined if unknown. */
  earliest: Date | undefined;
  latest: number;
  hours: number;
}

const TIME =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const HOUR = 3_600_000;

/** One per row, as ISO in UTC; undefined if the request has none. Throws BadInput. */
export function readTimes(times: unknown, rows: number, bounds: TimeBounds): string[] | undefined {
  if (times === undefined) return undefined;
  if (!Array.isArray(times) || times.length !== rows)
    throw new BadInput(`"parameters.times" must be ${rows} times, one a row.`);
  const hours = new Set<number>();
  const read = times.map((time: unknown) => {
    const at = typeof time === 'string' ? instantOf(time) : Number.NaN;
    if (Number.isNaN(at))
      throw new BadInput(
        `"parameters.times" holds ${say(time)}, expected a time like 2001-02-03T04:05:06Z.`,
      );
    if (at > bounds.latest)
      throw new BadInput(`"parameters.times" holds ${say(time)}, which is in the future.`);
    if (bounds.earliest && at < bounds.earliest.getTime())
      throw new BadInput(
        `"parameters.times" holds ${say(time)}, which is before ${bounds.earliest.toISOString()}, the earliest time taken. predictions.not_before in wheelhouse.yaml sets another.`,
      );
    hours.add(Math.floor(at / HOUR));
    return isoOf(String(time), at);
  });
  if (hours.size > bounds.hours)
    throw new BadInput(
      `"parameters.times" belongs to ${hours.size} different hours, allowed are ${bounds.hours} a request: send the rows in order of time, in smaller requests. predictions.hours_per_request in wheelhouse.yaml sets another limit.`,
    );
  return read;
}

/**
 * Milliseconds since the epoch. NaN for a date that does not exist: JavaScript reads 30 February as 2 March.
 */
function instantOf(text: string): number {
  if (!TIME.test(text) || Number(text.slice(11, 13)) > 23) return Number.NaN;
  const day = Number(text.slice(8, 10));
  // Every month has 28 days: mostly there is nothing to look up.
  if (day > 28 && day > lastDay(Number(text.slice(0, 4)), Number(text.slice(5, 7))))
    return Number.NaN;
  return Date.parse(text);
}

const lastDay = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** As `toISOString` writes it. Texts that are written so already are most of the time of a large request. */
function isoOf(text: string, at: number): string {
  if (!text.endsWith('Z')) return new Date(at).toISOString();
  if (text.length === 24) return text;
  return text.length === 20 ? `${text.slice(0, -1)}.000Z` : new Date(at).toISOString();
}
