import { z } from 'zod';

/** Hours of the day in which only harm is reported. Minutes since midnight in the time zone; may pass midnight. */
export interface QuietHours {
  from: number;
  to: number;
  timezone: string;
}

const MINUTE_MS = 60_000;
const DAY = 24 * 60;
const EXPECTED = 'expected hours and a time zone, such as 22:00-07:00 Europe/Berlin';

/** `22:00-07:00 Europe/Berlin`; without a time zone, UTC. */
export const QuietHoursText = z
  .string()
  .trim()
  .regex(/^([01]\d|2[0-3]):[0-5]\d\s*[-–]\s*([01]\d|2[0-3]):[0-5]\d(\s+\S+)?$/, EXPECTED)
  .transform((text): QuietHours => {
    const [from = '', to = ''] = text.match(/\d\d:\d\d/g) ?? [];
    const timezone = text.replace(/^.*\d\d:\d\d/, '').trim() || 'UTC';
    return { from: minutesIn(from), to: minutesIn(to), timezone };
  })
  .refine(({ timezone }) => isTimezone(timezone), `unknown time zone; ${EXPECTED}`)
  .refine(({ from, to }) => from !== to, 'they would begin and end at the same time');

export function minutesIn(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** When the quiet hours end that `at` is in; undefined outside of them. */
export function quietUntil(quiet: QuietHours | undefined, at: Date): Date | undefined {
  if (!quiet) return undefined;
  const { from, to, timezone } = quiet;
  const now = localMinutes(at, timezone);
  const isQuiet = from < to ? now >= from && now < to : now >= from || now < to;
  if (!isQuiet) return undefined;
  const end = new Date(at.getTime() + ((to - now + DAY) % DAY) * MINUTE_MS);
  end.setUTCSeconds(0, 0);
  // Summer time may have begun or ended in between.
  const late = ((localMinutes(end, timezone) - to + DAY + DAY / 2) % DAY) - DAY / 2;
  return new Date(end.getTime() - late * MINUTE_MS);
}

/** Minutes since midnight, as a clock there shows them. */
export function localMinutes(at: Date, timezone: string): number {
  const time = at.toLocaleTimeString('en-GB', {
    ...({ timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const),
  });
  return minutesIn(time);
}
