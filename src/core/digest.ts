import { localMinutes } from './quiet-hours.ts';

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** When digests are posted. */
export interface DigestTimes {
  /** Minutes since midnight in the time zone. */
  at: number;
  timezone: string;
  daily: boolean;
  /** The day of the weekly one, if any: `monday`. */
  weekly?: string;
}

/** What a digest is about: half-open. */
export interface Period {
  /** The same for the same digest: `day-2026-11-30`. */
  key: string;
  kind: 'day' | 'week';
  from: Date;
  to: Date;
}

const MINUTE_MS = 60_000;
const DAY = 24 * 60;

/** The newest digests that were due by `now`, whether or not they were posted. */
export function duePeriods(times: DigestTimes, now: Date): Period[] {
  const { timezone, daily, weekly } = times;
  const last = lastAt(times, now);
  const periods: Period[] = [];
  if (daily) periods.push({ ...keyOf('day', last, timezone), from: before(times, last, 1) });
  if (weekly !== undefined) {
    let to = last;
    for (let n = 1; n < 7 && weekdayOf(to, timezone) !== weekly; n += 1) to = before(times, to, 1);
    periods.push({ ...keyOf('week', to, timezone), from: before(times, to, 7) });
  }
  return periods;
}

function keyOf(kind: Period['kind'], to: Date, timezone: string) {
  const day = to.toLocaleDateString('sv-SE', { timeZone: timezone });
  return { key: `${kind}-${day}`, kind, to };
}

function weekdayOf(at: Date, timezone: string): string {
  return at.toLocaleDateString('en-GB', { timeZone: timezone, weekday: 'long' }).toLowerCase();
}

/** So many digests earlier. */
function before(times: DigestTimes, to: Date, days: number): Date {
  let at = to;
  for (let n = 0; n < days; n += 1) at = lastAt(times, new Date(at.getTime() - MINUTE_MS));
  return at;
}

/** The latest moment up to `now` at which a clock there showed that time. */
function lastAt({ at, timezone }: DigestTimes, now: Date): Date {
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  const back = (localMinutes(now, timezone) - at + DAY) % DAY;
  const then = minute - back;
  // Summer time may have begun or ended in between.
  const shown = localMinutes(new Date(then * MINUTE_MS), timezone);
  const late = ((shown - at + DAY + DAY / 2) % DAY) - DAY / 2;
  const exact = then - late <= minute ? then - late : then;
  return new Date(exact * MINUTE_MS);
}
