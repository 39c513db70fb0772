import fc from 'fast-check';
import { expect } from 'vitest';
import { type Drawing, svg } from '../../../src/charts/drawing/render.ts';
import { outside, overlaps, written } from './layout.ts';

/** What holds for every picture: no text overlaps another or leaves the card, and no number is NaN. */
export function sound(drawing: Drawing): string {
  const picture = svg(drawing);
  const texts = written(picture);
  expect(texts.length).toBeGreaterThan(2);
  expect(overlaps(texts)).toEqual([]);
  expect(outside(texts, 720, drawing.height)).toEqual([]);
  expect(picture).not.toMatch(/NaN|Infinity|undefined/);
  return picture;
}

/** Text as data may contain it. */
export const words = fc.oneof(
  fc.string({ maxLength: 90, unit: 'grapheme' }),
  fc.constantFrom(
    '',
    'x',
    'W'.repeat(60),
    'label of many words '.repeat(4),
    '<script>&"',
    '\u0000\u202E\uD800',
  ),
);
/** Numbers as data may contain them. */
export const value = fc.oneof(
  fc.double(),
  fc.double({ min: -1, max: 1 }),
  fc.constantFrom(0, 1e-9, 1e12, Number.NaN),
);
