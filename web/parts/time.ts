const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const short = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const DAY_MS = 86_400_000;

export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

export function fullTime(iso: string): string {
  return full.format(new Date(iso));
}

/** The day in the reader's time zone, so that days are separated at their midnight. */
export function dayOf(iso: string): string {
  const day = new Date(iso).toDateString();
  if (day === new Date().toDateString()) return 'Today';
  if (day === new Date(Date.now() - DAY_MS).toDateString()) return 'Yesterday';
  return weekday.format(new Date(iso));
}

export function shortTime(iso: string): string {
  return short.format(new Date(iso));
}

const UNITS = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 hours ago`. */
export function ago(iso: string): string {
  const ms = Date.parse(iso) - Date.now();
  for (const [unit, length] of UNITS)
    if (Math.abs(ms) >= length) return relative.format(Math.trunc(ms / length), unit);
  return 'just now';
}

/** `3 hours ago`; the day of what is older than a month, such as the requests of a replay. */
export function recently(iso: string): string {
  const isOld = Date.now() - Date.parse(iso) > 30 * DAY_MS;
  return isOld ? day.format(new Date(iso)) : ago(iso);
}
