const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [1, 2, 5, 10, 15, 30]
  .map((n) => n * minute)
  .concat([1, 2, 3, 6, 12].map((n) => n * hour))
  .concat([1, 2, 7, 14].map((n) => n * day));
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12_000, 24_000];

interface TimeTick {
  time: number;
  label: string;
}

/**
 * At most `count` round times between two, in UTC, and their format: hours below a day's step, days below a
 * month's, then months and years.
 */
export function timeTicks(from: number, to: number, count: number): TimeTick[] {
  const span = to - from;
  const step = steps.find((each) => span / each <= count);
  if (step !== undefined) {
    const first = Math.ceil(from / step) * step;
    return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, at) => {
      const time = first + at * step;
      return { time, label: (step < day && time % day !== 0 ? clock : date).format(time) };
    });
  }
  const months = monthSteps.find((each) => span / (each * 30 * day) <= count) ?? 24_000;
  const start = new Date(from);
  const oneYear = start.getUTCFullYear() === new Date(to).getUTCFullYear();
  const written = months >= 12 ? year : oneYear ? bareMonth : month;
  const first = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
  return Array.from({ length: count + 2 }, (_, at) => monthStart(first + at * months))
    .filter((time) => time >= from && time <= to)
    .map((time) => ({ time, label: written.format(time) }));
}

/** The range as text, because the ticks leave out what they have in common. */
export function period(from: number, to: number): string {
  return `${(to - from < 2 * day ? whole : fullDate).formatRange(from, to)}, UTC`;
}

function monthStart(months: number): number {
  // Date.UTC maps years 0 to 99 to 1900 to 1999; setting the year does not.
  return new Date(0).setUTCFullYear(Math.floor(months / 12), months % 12, 1);
}

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
}

const clock = format({ hour: '2-digit', minute: '2-digit' });
const date = format({ day: 'numeric', month: 'short' });
const month = format({ month: 'short', year: 'numeric' });
const bareMonth = format({ month: 'long' });
const year = format({ year: 'numeric' });
const fullDate = format({ day: 'numeric', month: 'short', year: 'numeric' });
const whole = format({
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
