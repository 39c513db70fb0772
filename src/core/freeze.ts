/** A length of time on a calendar: days are days there, also when clocks change; hours are exact. */
export interface Lasting {
  days: number;
  hours: number;
  minutes: number;
}

/** A window of the configuration that comes again and again. */
export interface FreezeWindow {
  /** Its name in the configuration. */
  name: string;
  /** `deny`: nothing goes live within it. `allow`: where there are any, nothing goes live outside of them. */
  kind: 'deny' | 'allow';
  /** Undefined: all. */
  environments: readonly string[] | undefined;
  /** A recurrence rule of RFC 5545, by which it begins, e.g. `FREQ=WEEKLY;BYDAY=FR;BYHOUR=16`. */
  rule: string;
  /** IANA name of the time zone of the rule. */
  timezone: string;
  /** The first day it can begin, from which intervals are counted: `2026-01-05`. */
  from: string;
  lasts: Lasting;
}

/** What the configuration says of when versions may go live. */
export interface Calendar {
  windows: readonly FreezeWindow[];
  readOnly: boolean;
}

/** A freeze that somebody declared. */
export interface Freeze {
  id: string;
  /** Undefined: all of them, and every command that changes something is refused. */
  environment?: string;
  why: string;
  by: string;
  since: Date;
  /** Undefined: until somebody ends it. */
  until?: Date;
  ended?: { by: string; at: Date };
}

const lasts = ({ until, ended }: Freeze, time: Date): boolean =>
  !ended && (until === undefined || until > time);

/** Those that count at that time. Half-open: not any more at `until`. */
export const freezesAt = (freezes: readonly Freeze[], time: Date): Freeze[] =>
  freezes.filter((freeze) => lasts(freeze, time));

/** Why nothing may be changed at all; undefined if it may. */
export function readOnlyAt(
  { readOnly }: Pick<Calendar, 'readOnly'>,
  freezes: readonly Freeze[],
  time: Date,
): { why: string; until?: Date } | undefined {
  if (readOnly) return { why: 'read_only is set in the configuration' };
  const found = freezesAt(freezes, time).find(({ environment }) => environment === undefined);
  if (!found) return undefined;
  const { why, by, until } = found;
  return { why: `${why}, by ${by}`, ...(until && { until }) };
}
