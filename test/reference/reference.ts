import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';

/** A number of the fixtures, in which NaN and the infinities are strings. */
export const number = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((word) => Number(word)),
]);

/** Reads `cases` of a fixture beside this file, in the shape that the test expects. */
export function cases<T>(file: string, shape: z.ZodType<T>): T[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return z.object({ cases: z.array(shape) }).parse(JSON.parse(text)).cases;
}

/** Closed forms agree to 1e-9 of the value, and an exact 0 to rounding error. */
export function expectClose(actual: number | undefined, expected: number, relative = 1e-9): void {
  expect(actual).toBeDefined();
  const off = Math.abs((actual ?? Number.NaN) - expected);
  const allowed = expected === 0 ? 1e-14 : relative * Math.abs(expected);
  expect(off, `${actual} against ${expected}`).toBeLessThanOrEqual(allowed);
}

/** p-values agree to 1e-6 of the value, far into the tail. */
export function expectP(actual: number | undefined, expected: number): void {
  expect(actual).toBeDefined();
  const off = Math.abs((actual ?? Number.NaN) - expected);
  expect(off, `${actual} against ${expected}`).toBeLessThanOrEqual(1e-6 * expected + 1e-300);
}
