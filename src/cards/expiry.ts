import { clockTime, moment } from '../core/figures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `expires in 3 h, 18:00 UTC`, without a full stop; with the date if it is on another day. */
export function expiresInWords(at: Date, now: Date): string {
  const sameDay = at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10);
  return `${left(at.getTime() - now.getTime())}, ${sameDay ? clockTime(at).slice(0, 5) : moment(at)} UTC`;
}

/** Whether a message that was written a while ago says more time than is left. */
export const isOutdated = (at: Date, now: Date, agoMs: number): boolean =>
  expiresInWords(at, now) !== expiresInWords(at, new Date(now.getTime() - agoMs));

/** In few steps, since each is an edit of a message, and rounded down: there is at least that much time. */
function left(ms: number): string {
  if (ms <= 0) return 'has expired';
  if (ms >= 2 * DAY_MS) return `expires in ${Math.floor(ms / DAY_MS)} days`;
  if (ms >= HOUR_MS) return `expires in ${Math.floor(ms / HOUR_MS)} h`;
  const minutes = Math.floor(ms / (10 * MINUTE_MS)) * 10;
  return minutes > 0 ? `expires in ${minutes} min` : 'expires in less than 10 min';
}
