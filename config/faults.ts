import type { z } from 'zod';
import { didYouMean } from '../src/core/suggest.ts';

/** One thing that is wrong: where, and in words what was expected and what to write. */
export interface Fault {
  path: readonly PropertyKey[];
  words: string;
}

/** A line each, sorted by place so that what belongs together is read together; nothing twice. */
export function linesOf(faults: readonly Fault[]): string {
  const lines = faults.map(({ path, words }) => `✖ ${placeOf(path)}${words}`);
  return [...new Set(lines)].toSorted().join('\n');
}

/** `models.flights.gates[0]: `, or nothing for the whole file. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>((before, key) => {
    if (typeof key === 'number') return `${before}[${key}]`;
    return before === '' ? String(key) : `${before}.${String(key)}`;
  }, '');
  return place === '' ? '' : `${place}: `;
}

/** What a schema found, in the words of the one who wrote the file. `keys`: all that the file may hold. */
export function faultsOf(error: z.ZodError, raw: unknown, keys: readonly string[]): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        words: `there is no such key.${didYouMean(key, keys)}`,
      }));
    const value = at(raw, issue.path);
    return [{ path: issue.path, words: wordsOf(issue, value) }];
  });
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  // Words of our own say it all; zod's begin like this, and do not say what stands there.
  if (!/^Invalid (?:input|option): /.test(issue.message)) return issue.message;
  const expected = issue.message.replace(/^[^:]*: /, '').replace(/, received .*$/, '');
  if (value === undefined) return `it is missing; ${expected}`;
  const shown = JSON.stringify(value);
  return shown.length > 60 ? expected : `${expected}, not ${shown}`;
}

/** The value at a path of a parsed file; undefined where the path leads nowhere. */
function at(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => fieldsOf(value)[String(key)], raw);
}

/** Of whatever was parsed: its keys, where it has any. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
