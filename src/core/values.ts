import { z } from 'zod';
import { option } from './define-command.ts';
import { oneLine } from './one-line.ts';
import { GATEWAY } from './target.ts';

/** Options that several commands share, so that they are named and described alike. */

const word = z.string('expected a word').trim().min(1, 'expected a word');

export const modelOption = option(word, 'Model name', { placeholder: 'MODEL', suggests: 'model' });

export const anyModelOption = option(word.optional(), 'Only this model', {
  placeholder: 'MODEL',
  suggests: 'model',
});

export const targetOption = option(word.default(GATEWAY.name), 'Target, by its name', {
  placeholder: 'TARGET',
});

const version = z.coerce
  .string()
  .trim()
  .regex(
    /^(v?\d{1,6}|latest|champion(@[a-z][a-z0-9_-]{0,40})?)$/i,
    'expected a number, "latest", "champion" or "champion@ENVIRONMENT"',
  )
  .transform((text) => text.toLowerCase());

/** `3,4,5`: in this order, each once. */
export const versionsOption = (summary: string, most: number) =>
  option(
    z.coerce
      .string()
      .transform((text): unknown[] => text.split(','))
      .pipe(z.array(version).max(most, `expected at most ${most} versions`)),
    summary,
    { placeholder: 'VERSION[,VERSION]', suggests: 'version' },
  );

export const versionOption = (summary: string) =>
  option(version, summary, { placeholder: 'VERSION', suggests: 'version' });

const timeSaid = (expected: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?Z?)?$/, expected)
    .transform((text) => ({ day: text.slice(0, 10), date: dateOf(text) }))
    // 31 February would be read as 3 March.
    .refine(({ day, date }) => isoOf(date).startsWith(day), 'no such date')
    .transform(({ date }) => date);

function dateOf(text: string): Date {
  if (text.length === 10) return new Date(`${text}T00:00:00Z`);
  return new Date(text.replace(' ', 'T').replace(/Z?$/, 'Z'));
}

const isoOf = (date: Date): string => (Number.isNaN(date.getTime()) ? '' : date.toISOString());

const day = timeSaid('expected a date such as 2001-02-15');

export const dayOption = (summary: string) =>
  option(day.optional(), summary, { placeholder: 'YYYY-MM-DD' });

export const timeOption = (summary: string) =>
  option(timeSaid('expected a time such as "2026-05-01 10:00"').optional(), summary, {
    placeholder: '"YYYY-MM-DD HH:MM"',
  });

export const limitOption = option(
  z.coerce
    .number('expected a number')
    .int('expected a whole number')
    .min(1, 'at least 1')
    .max(100, 'at most 100')
    .default(10),
  'Maximum number of results',
  { placeholder: 'N', whole: { min: 1, max: 100 } },
);

export const idOption = (
  summary: string,
  suggests: 'run' | 'approval' | 'alert' | 'arrival' | 'proposal',
) =>
  option(
    word.transform((text) => text.toLowerCase()),
    summary,
    { placeholder: suggests.toUpperCase(), suggests },
  );

export const arrivalOption = idOption('ID of the arrival, as /data lists it', 'arrival');

/** A button names the rollout it was shown for: pressed late, it must not act on another one. */
export const rolloutOption = option(word.optional(), 'Only if this deployment is rolled out', {
  placeholder: 'DEPLOYMENT',
});

/** A button names the pause it was shown for: pressed late, it must not answer a question that came later. */
export const pauseOption = option(word.optional(), 'Only if this pause is not over', {
  placeholder: 'PAUSE',
});

const LONGEST_REASON = 500;

/** Text that people read later, in messages and errors: one line of visible characters. */
export const sentence = (missing: string) =>
  z
    .string(missing)
    .transform((text) => ({ text: oneLine(text), length: text.trim().length }))
    .refine(({ text }) => text !== '', 'expected a few words')
    .refine(
      ({ length }) => length <= LONGEST_REASON,
      `at most ${LONGEST_REASON} characters are allowed`,
    )
    .transform(({ text }) => text);

export const reasonOption = option(
  sentence('expected a few words').optional(),
  'Reason, kept in the history',
  { placeholder: '"TEXT"' },
);

/** The same as a word of its own, and not behind `--`. */
export const reasonWord = { ...reasonOption, placeholder: '"REASON"' };

/** For actions that require a reason. */
export const whyOption = option(
  sentence('give a reason, e.g. --reason "no version of it loads"'),
  'Reason, shown to callers and kept in the history',
  { placeholder: '"TEXT"' },
);

/** Guards a command that takes something out: another version may be live by the time it runs. */
export const fromOption = option(
  z
    .string('expected a version')
    .trim()
    .toLowerCase()
    .regex(/^(v?\d{1,6}|deployment-[\w-]+)$/, 'expected a version such as v5, or a deployment')
    .transform((text) => (/^\d/.test(text) ? `v${text}` : text))
    .optional(),
  'Version to replace; does nothing if it is no longer live',
  { placeholder: 'VERSION' },
);

/** Which earlier version a rollback restores. */
export const restoresOption = option(
  z
    .string('expected a version')
    .trim()
    .toLowerCase()
    .regex(/^v?\d{1,6}$/, 'expected a version such as v3')
    .transform((text) => Number(text.replace('v', '')))
    .optional(),
  'Earlier version to restore; default: the last one that was not rolled back',
  { placeholder: 'VERSION', suggests: 'version' },
);

/** Where a list leaves out the other environments only if it is asked to. */
export const anyEnvironmentOption = option(word.optional(), 'Only this environment', {
  placeholder: 'ENVIRONMENT',
  suggests: 'environment',
});

export const hereOption = (summary: string) =>
  option(z.boolean('takes no value').default(false), summary, { flag: true });

export const environmentOption = option(
  word.optional(),
  'Environment (default: the first one configured)',
  { placeholder: 'ENVIRONMENT', suggests: 'environment' },
);
