import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  carried,
  carriedDifference,
  duration,
  figure,
  moment,
  percent,
  plural,
  pValue,
  rounded,
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
    [0, '0%'],
    [0.24, '24%'],
    [1 / 3, '33.3%'],
    [0.066, '6.6%'],
    [0.00384, '0.38%'],
    [0.00001, '< 0.01%'],
    [0.99951, '> 99.9%'],
    [1, '100%'],
    [Number.NaN, 'n/a'],
  ])('writes the share %d as %s', (share, text) => expect(percent(share)).toBe(text));

  it.each([
    // Half a width of 0.0066: two significant digits are four decimals.
    [0.697612, 0.0057, 0.0189, '0.6976'],
    [0.20954, -0.0056, 0.0199, '0.210'],
    [37.1234, -0.18, 0.68, '37.12'],
    [37.1234, -4.2, 4.2, '37.1'],
    [37.1234, -42, 42, '37'],
    [12_345.6, -420, 420, '12,350'],
    [0.4, 0.1, 0.9, '0.40'],
    [3, 2.9, 3.1, '3.00'],
    [0.123456789, 1e-12, 2e-12, '0.123457'],
    [0, -0.01, 0.01, '0.000'],
    // Without an interval, or with one of zero width.
    [0.697612, undefined, 0.1, '0.698'],
    [0.697612, 0.1, 0.1, '0.698'],
    [0.697612, -Infinity, 0.1, '0.698'],
    [Number.NaN, 0, 1, 'n/a'],
  ])('writes %d, within %d and %d, as %s', (value, low, high, text) =>
    expect(carried(value, { low, high })).toBe(text),
  );

  it.each([
    [0.0123, '+0.0123'],
    [-0.0123, '−0.0123'],
    [0, '+0.0000'],
    [-0, '+0.0000'],
    [Number.NaN, 'n/a'],
  ])('writes the difference %d as %s', (value, text) =>
    expect(carriedDifference(value, { low: 0.0057, high: 0.0189 })).toBe(text),
  );

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

  it.each([
    [0.69514, '0.695'],
    [12.345, '12.35'],
    [3, '3'],
  ])('writes %d without an interval as %s', (value, text) => expect(rounded(value)).toBe(text));

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
        const within = { low: -value, high: value };
        const all = [
          ...[figure(value), rounded(value), pValue(value), carried(value, within)],
          carriedDifference(value, within),
        ];
        for (const text of all) expect(text).toMatch(/^(?!.*(NaN|Infinity|undefined)).+$/);
      }),
    );
  });
});
