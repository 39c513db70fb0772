import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  duration,
  figure,
  figures,
  moment,
  plural,
  pValue,
  signed,
  span,
} from '../../src/core/figures.ts';

const at = (text: string) => new Date(`${text}Z`);
const window = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe('core/figures', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [1234567, '1,234,567'],
    [0.69514, '0.6951'],
    [-0.5, '-0.5000'],
    [12.345, '12.35'],
    [Number.NaN, 'n/a'],
    [Number.POSITIVE_INFINITY, 'n/a'],
  ])('writes the figure %d as %s', (value, text) => expect(figure(value)).toBe(text));

  it.each([
    [0.01, '+0.0100'],
    [-0.01, '−0.0100'],
    [0, '+0'],
    [-0, '+0'],
    [Number.NaN, 'n/a'],
  ])('writes the difference %d as %s', (value, text) => expect(signed(value)).toBe(text));

  it.each([
    [0.5, '0.5000'],
    [0.0001, '0.0001'],
    [0.00001, '< 0.0001'],
    [0, '< 0.0001'],
    [Number.NaN, 'n/a'],
  ])('writes the p-value %d as %s', (value, text) => expect(pValue(value)).toBe(text));

  it('shows a p at the floor of its bootstrap as at most that', () => {
    const least = 2 / 2001;
    expect(pValue(least, least)).toBe('≤ 0.001');
    expect(pValue(2 * least, least)).toBe('0.0020');
    expect(pValue(2 / 501, 2 / 501)).toBe('≤ 0.004');
  });

  it('names figures, the first few', () => {
    expect(figures({ auc: 0.7, f1: 0.5, rows: 3 }, 2)).toBe('AUC 0.700, F1 0.500');
    expect(figures({}, 3)).toBe('not measured');
  });

  it('writes a time as a day, with the time of day if it is not midnight', () => {
    expect(moment(at('2001-02-01T00:00:00'))).toBe('1 Feb 2001');
    expect(moment(at('2001-02-01T14:30:00'))).toBe('1 Feb 2001 14:30');
    expect(moment(at('2001-02-01T00:00:30'))).toBe('1 Feb 2001 00:00');
  });

  it.each([
    [window('2001-01-01T00:00:00', '2001-02-01T00:00:00'), '1 Jan 2001 to 31 Jan 2001'],
    [window('2001-01-01T00:00:00', '2001-01-02T00:00:00'), '1 Jan 2001'],
    [window('2001-01-01T10:00:00', '2001-01-01T11:00:00'), '1 Jan 2001 10:00 to 1 Jan 2001 11:00'],
    [window('2001-01-01T23:00:00', '2001-01-02T00:00:00'), '1 Jan 2001 23:00 to 2 Jan 2001 00:00'],
    [window('2001-01-01T00:00:00', '2001-01-01T01:00:00'), '1 Jan 2001 00:00 to 1 Jan 2001 01:00'],
  ])('writes a window as people write it', (given, text) => expect(span(given)).toBe(text));

  it.each([
    [0, 'under a second'],
    [499, 'under a second'],
    [1000, '1 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [3_600_000, '1 h 0 min'],
    [93_784_000, '26 h 3 min'],
  ])('writes %d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('counts', () => {
    expect([0, 1, 2].map((n) => plural(n, 'run'))).toEqual(['0 runs', '1 run', '2 runs']);
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });

  it('writes any number on one line without NaN', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const all = [figure(value), signed(value), pValue(value), figures({ x: value }, 1)];
        for (const text of all) expect(text).toMatch(/^(?!.*(NaN|Infinity|undefined)).+$/);
      }),
    );
  });
});
