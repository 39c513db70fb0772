import { RRuleTemporal } from 'rrule-temporal';
import type { FreezeWindow } from '../../core/freeze.ts';

/** What of a recurrence we read. An hour and days of the calendar are added by its own time zone. */
type Rule = Pick<RRuleTemporal, 'next' | 'previous'>;

/** Reading a rule takes longer than asking it. */
const rules = new WeakMap<FreezeWindow, Rule>();

/**
 * A recurrence rule (RFC 5545) that begins at midnight of `from`. A start that does not exist, because clocks go
 * forward, is left out, as the RFC says.
 * @throws Error for one that cannot be read
 */
export function readRule({ rule, timezone, from }: Omit<FreezeWindow, 'kind' | 'name'>): Rule {
  const start = `${from.replaceAll('-', '')}T000000`;
  return new RRuleTemporal({ rruleString: `DTSTART;TZID=${timezone}:${start}\nRRULE:${rule}` });
}

function ruleOf(window: FreezeWindow): Rule {
  const known = rules.get(window);
  if (known) return known;
  const rule = readRule(window);
  rules.set(window, rule);
  return rule;
}

/** When the window ends that `time` is in; undefined outside of it. Half-open: the end is outside. */
export function openUntil(window: FreezeWindow, time: Date): Date | undefined {
  const start = ruleOf(window).previous(time, true);
  if (!start) return undefined;
  const { days, hours, minutes } = window.lasts;
  const end = new Date(start.add({ days, hours, minutes }).epochMilliseconds);
  return end > time ? end : undefined;
}

/** The next time the window begins or ends, after `time`; undefined if it never does. */
export function nextBoundary(window: FreezeWindow, time: Date): Date | undefined {
  const end = openUntil(window, time);
  const next = ruleOf(window).next(time);
  const start = next ? new Date(next.epochMilliseconds) : undefined;
  return end && (!start || end < start) ? end : start;
}
