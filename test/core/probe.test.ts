import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN_PROBED, probedFrom } from '../../src/core/probe.ts';
import { tries } from '../sweep.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2001-03-01T00:00:00Z');
/** One row an hour. */
const hourly = (rows: number) => Array.from({ length: rows }, (_, row) => START + row * HOUR);
const rowsFrom = (start: Date | undefined, times: readonly number[]) =>
  times.filter((time) => start && time >= start.getTime()).length;

describe('core/probe', () => {
  it('compares on the newest quarter of the days', () => {
    const times = hourly(4000);
    const start = probedFrom(times, { days: 100 }, undefined);
    expect(start).toEqual(new Date((times.at(-1) ?? 0) - 25 * DAY));
  });

  it('leaves half of what came since an alert began to train on', () => {
    const times = hourly(4000);
    const since = new Date(START + 3500 * HOUR);
    expect(rowsFrom(probedFrom(times, { days: 100 }, since), times)).toBe(250);
    const just = new Date(START + 3990 * HOUR);
    expect(rowsFrom(probedFrom(times, { days: 100 }, just), times)).toBe(MIN_PROBED);
  });

  it('has as many rows as a comparison needs, or none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 * DAY }), { maxLength: 600 }),
        fc.option(fc.integer({ min: 0, max: 400 * DAY })),
        fc.integer({ min: 1, max: 90 }),
        (offsets, since, days) => {
          const times = offsets.map((one) => START + one).sort((a, b) => a - b);
          const at = since === null ? undefined : new Date(START + since);
          const start = probedFrom(times, { days }, at);
          if (times.length < MIN_PROBED) expect(start).toBeUndefined();
          else expect(rowsFrom(start, times)).toBeGreaterThanOrEqual(MIN_PROBED);
        },
      ),
      tries(200),
    );
  });
});
