import { z } from 'zod';
import type { Calendar, Lasting } from '../src/core/freeze.ts';
import { isTimezone } from '../src/core/quiet-hours.ts';
import { readRule } from '../src/release/policy/windows.ts';
import { type Fault, fieldsOf } from './faults.ts';

const EXPECTED = 'expected a length of time such as 8h, 90m or 2d 16h';

const Lasts = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?=\S)([1-9]\d{0,2}d)?\s*([1-9]\d{0,3}h)?\s*([1-9]\d{0,4}m)?$/, EXPECTED)
  .transform((text): Lasting => {
    const part = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
    return { days: part('d'), hours: part('h'), minutes: part('m') };
  });

/** The parts of RFC 5545; a misspelled one would otherwise be left out. */
const PARTS = new Set(
  'FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTH BYMONTHDAY BYYEARDAY BYWEEKNO BYSETPOS BYHOUR BYMINUTE BYSECOND'.split(
    ' ',
  ),
);

const Rule = z
  .string()
  .trim()
  .transform((text) => text.replace(/^RRULE:/i, '').toUpperCase())
  .superRefine((rule, { addIssue }) => {
    const unknown = rule.split(';').find((part) => !PARTS.has(part.split('=')[0] ?? ''));
    if (unknown !== undefined)
      return addIssue(`"${unknown}" is no part of a recurrence rule (RFC 5545)`);
    if (!/(^|;)FREQ=(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)/.test(rule))
      return addIssue('expected FREQ= and HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY');
    try {
      const plain = { environments: undefined, lasts: { days: 0, hours: 1, minutes: 0 } };
      readRule({ rule, timezone: 'UTC', from: '2020-01-06', ...plain }).next(new Date());
    } catch (error) {
      addIssue(`not a recurrence rule (RFC 5545): ${error instanceof Error ? error.message : ''}`);
    }
  });

const Window = z
  .strictObject({
    /** Nothing goes live within it. */
    deny: Rule.optional(),
    /** Nothing goes live outside of it, and of others of its kind. */
    allow: Rule.optional(),
    for: Lasts,
    timezone: z
      .string()
      .refine(isTimezone, 'unknown time zone; write e.g. Europe/Berlin')
      .default('UTC'),
    environments: z.array(z.string()).min(1).optional(),
    /** The first day it can begin; a Monday, so that every second week is what it looks like. */
    from: z.iso.date('expected a day such as 2026-01-05').default('2020-01-06'),
  })
  .refine(({ deny, allow }) => (deny === undefined) !== (allow === undefined), {
    message: 'expected either deny or allow, with a recurrence rule',
  });

/** Keys of the workspace that say when versions may go live. */
export const FREEZE = {
  freeze: z.record(z.string(), Window).default({}),
  read_only: z.boolean().default(false),
};

export const FREEZE_WORDS = ['deny', 'allow', 'for', 'from'];

export function calendarOf({
  freeze,
  read_only: readOnly,
}: {
  [K in keyof typeof FREEZE]: z.output<(typeof FREEZE)[K]>;
}): Calendar {
  const windows = Object.entries(freeze).map(([name, window]) => {
    const { deny, allow, for: lasts, timezone, environments, from } = window;
    const kind = deny === undefined ? ('allow' as const) : ('deny' as const);
    return { name, kind, rule: deny ?? allow ?? '', lasts, timezone, environments, from };
  });
  return { windows, readOnly };
}

/** Where the file freezes an environment that is not in it. */
export function freezeFaults(
  file: Record<string, unknown>,
  environments: readonly string[],
): Fault[] {
  return Object.entries(fieldsOf(file['freeze'])).flatMap(([name, given]) => {
    const listed = fieldsOf(given)['environments'];
    return (Array.isArray(listed) ? listed : [])
      .filter((one) => !environments.includes(String(one)))
      .map(() => ({
        path: ['freeze', name, 'environments'],
        words: `unknown environment; expected ${environments.join(', ')}`,
      }));
  });
}
