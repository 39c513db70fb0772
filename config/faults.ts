import type { z } from 'zod';
import { didYouMean } from '../src/core/suggest.ts';

/** One error: where it is, what was expected and what to write. */
export interface Fault {
  path: readonly PropertyKey[];
  words: string;
}

/** One line for each error, sorted by place so that related errors are together, without duplicates. */
export function linesOf(faults: readonly Fault[]): string {
  const lines = faults.map(({ path, words }) => `✖ ${placeOf(path)}${words}`);
  return [...new Set(lines)].toSorted().join('\n');
}

/** `models.flights.gates[0]: `, or empty for the entire file. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>((before, key) => {
    if (typeof key === 'number') return `${before}[${key}]`;
    return before === '' ? String(key) : `${before}.${String(key)}`;
  }, '');
  return place === '' ? '' : `${place}: `;
}

/** The issues of a schema as errors that name the keys of the file. `keys`: all keys that the file may have. */
export function faultsOf(error: z.ZodError, raw: unknown, keys: readonly string[]): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        words: `unknown key.${didYouMean(key, keys)}`,
      }));
    const value = at(raw, issue.path);
    return [{ path: issue.path, words: wordsOf(issue, value) }];
  });
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  // Our own messages are complete; zod's start like this and do not show the value.
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

/** The fields of a parsed value; empty if it is not an object. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
