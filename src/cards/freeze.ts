import { duration, moment } from '../core/figures.ts';
import type { FreezeWindow } from '../core/freeze.ts';

/** What the policy says of an environment: why it is frozen, and when that changes. */
interface Status {
  environment: string;
  frozen: string | undefined;
  changes: Date | undefined;
  next: string | undefined;
  timezone: string;
}

const WEEK_MS = 7 * 86_400_000;
/** A freeze that is further away is no news for a request. */
const SOON_MS = 24 * 3_600_000;

/** `Monday 08:00 Europe/Berlin`; with the date if it is more than a week away. */
export function timeThere(at: Date, timezone: string, now: Date): string {
  const near = at.getTime() - now.getTime() < WEEK_MS;
  const text = at.toLocaleString('en-GB', {
    ...({ timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const),
    weekday: near ? 'long' : 'short',
    ...(!near && ({ day: 'numeric', month: 'short', year: 'numeric' } as const)),
  });
  return `${text.replaceAll(',', '')} ${timezone}`;
}

/** `production is frozen (weekend) and opens Monday 08:00 UTC`, without a full stop; undefined if it is not frozen. */
export function frozenInWords(status: Status, now: Date): string | undefined {
  const { environment, frozen, changes, timezone } = status;
  if (frozen === undefined) return undefined;
  const opens = changes
    ? `opens ${timeThere(changes, timezone, now)}`
    : 'stays so until somebody ends it';
  return `${environment} is frozen (${frozen}) and ${opens}`;
}

/** For a request: that it cannot go live now, or soon not any more. Undefined if nothing is near. */
export function freezeNotice(status: Status, now: Date): string | undefined {
  const { environment, frozen, changes, next } = status;
  if (frozen !== undefined) return `${frozenInWords(status, now)}.`;
  if (!changes || next === undefined) return undefined;
  const ms = changes.getTime() - now.getTime();
  return ms > SOON_MS ? undefined : `${environment} freezes in ${duration(ms)} (${next}).`;
}

/** `deny weekly … for 2 d 16 h`, as the configuration has it. */
export function windowInWords({ kind, rule, lasts, timezone }: FreezeWindow): string {
  const { days, hours, minutes } = lasts;
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`];
  return `${kind} ${rule} for ${parts.filter(Boolean).join(' ')} (${timezone})`;
}

export function untilInWords(until: Date | undefined): string {
  return until ? `until ${moment(until)} UTC` : 'until somebody ends it';
}
