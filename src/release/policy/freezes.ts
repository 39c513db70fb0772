import {
  type Calendar,
  type Freeze,
  type FreezeWindow,
  freezesAt,
  readOnlyAt,
} from '../../core/freeze.ts';
import { nextBoundary, openUntil } from './windows.ts';

/** All that says when versions may go live, as it is now. */
export interface Frozen {
  calendar: Calendar;
  freezes: readonly Freeze[];
}

/** Whether an environment is frozen, why, and when that changes. */
export interface FreezeStatus {
  environment: string;
  /** Why nothing goes live now, without a full stop; undefined if it may. */
  frozen: string | undefined;
  /** When that changes: it opens, or freezes; undefined if not within 300 windows, or only when somebody ends it. */
  changes: Date | undefined;
  /** What it is frozen for from then on. */
  next: string | undefined;
  /** Of the window that changes it. */
  timezone: string;
}

/** Windows that never change anything, such as those that overlap, would be walked for ever. */
const MOST_STEPS = 300;

/** Pure: `frozen` and the time are given. Half-open: at its end a freeze is over. */
export function freezeStatus(
  environment: string,
  { calendar, freezes }: Frozen,
  time: Date,
): FreezeStatus {
  const windows = calendar.windows.filter(
    ({ environments }) => !environments || environments.includes(environment),
  );
  const here = freezes.filter((one) => (one.environment ?? environment) === environment);
  const whyAt = (at: Date) => reasonAt({ windows, readOnly: calendar.readOnly }, here, at);
  const frozen = whyAt(time);
  let at = boundaryAfter(windows, here, time);
  for (let step = 0; at && step < MOST_STEPS; step++) {
    const why = whyAt(at.time);
    if ((why === undefined) !== (frozen === undefined)) {
      return { environment, frozen, changes: at.time, next: why, timezone: at.timezone };
    }
    at = boundaryAfter(windows, here, at.time);
  }
  return { environment, frozen, changes: undefined, next: undefined, timezone: 'UTC' };
}

function reasonAt(calendar: Calendar, freezes: readonly Freeze[], time: Date): string | undefined {
  const readOnly = readOnlyAt(calendar, freezes, time);
  if (readOnly) return `read-only: ${readOnly.why}`;
  const [declared] = freezesAt(freezes, time);
  if (declared) return `${declared.why}, by ${declared.by}`;
  const denied = calendar.windows.find(
    (window) => window.kind === 'deny' && openUntil(window, time),
  );
  if (denied) return denied.name;
  const allowing = calendar.windows.filter(({ kind }) => kind === 'allow');
  if (allowing.length === 0 || allowing.some((window) => openUntil(window, time))) return undefined;
  return `outside of ${allowing.map(({ name }) => name).join(' and ')}`;
}

/** The next time at which a window begins or ends, or the last of the declared freezes ends. */
function boundaryAfter(
  windows: readonly FreezeWindow[],
  freezes: readonly Freeze[],
  time: Date,
): { time: Date; timezone: string } | undefined {
  const ends = freezesAt(freezes, time).map(
    ({ until }) => until?.getTime() ?? Number.POSITIVE_INFINITY,
  );
  if (ends.length > 0) {
    // Whatever the windows do until then, it stays frozen.
    const last = Math.max(...ends);
    return Number.isFinite(last) ? { time: new Date(last), timezone: 'UTC' } : undefined;
  }
  const all = windows.flatMap((window) => {
    const next = nextBoundary(window, time);
    return next ? [{ time: next, timezone: window.timezone }] : [];
  });
  return all.reduce<(typeof all)[number] | undefined>(
    (first, one) => (first && first.time <= one.time ? first : one),
    undefined,
  );
}
