import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../src/monitoring/kinds/quality/judge.ts';
import { measureColumns, measureVolume } from '../../../../src/monitoring/kinds/quality/measure.ts';
import type { QualityMeasurement } from '../../../../src/monitoring/kinds/quality/measurement.ts';
import {
  type QualityMonitor,
  Settings,
} from '../../../../src/monitoring/kinds/quality/settings.ts';
import { signalsOf } from '../../../../src/monitoring/kinds/quality/signals.ts';
import { judgeVolume } from '../../../../src/monitoring/kinds/quality/volume.ts';
import { buildSpec } from '../../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../../src/monitoring/profile/profile.ts';

const monitor = (own: object = {}): QualityMonitor => ({
  ...{ name: 'data', kind: 'quality', windowHours: 1, schedule: '* * * * *' },
  ...{ minRows: 50, need: 2, of: 3, settings: Settings.parse(own) },
});
const QUIET = { rows: 0, earlier: [] };

/** One column in the training data and in a window. */
function columnOf(before: unknown[], now: unknown[]): QualityMeasurement {
  const spec = buildSpec(before);
  const sides = [{ x: profileOf(spec, before) }, { x: profileOf(spec, now) }] as const;
  return { ...measureColumns(...sides, { x: 'number' }), volume: QUIET };
}
const numbers = (rows: number, by = 0) => Array.from({ length: rows }, (_, at) => at / rows + by);
const mixed = (rows: number, odd: unknown, every: number) =>
  numbers(rows).map((value, at) => (at % every === 0 ? odd : value));
const raised = (measured: QualityMeasurement, own: object = {}) =>
  signalsOf(measured, monitor(own)).filter(({ status }) => status !== 'ok');

describe('monitoring/kinds/quality', () => {
  it.each([
    ['null', mixed(400, null, 5), 0.2],
    ['nan', mixed(400, 'twelve', 5), 0.2],
    ['infinite', mixed(400, Infinity, 5), 0.2],
    ['outside', mixed(400, 7, 5), 0.2],
  ])('alerts about a share of %s values far above the training data', (check, now, found) => {
    expect(raised(columnOf(numbers(1000), now))).toMatchObject([
      { id: `x ${check}`, status: 'alert', found },
    ]);
  });

  it('alerts about categories that were not in the training data', () => {
    const words = (rows: number, every: number) =>
      Array.from({ length: rows }, (_, at) => (at % every === 0 ? 'ZZ' : at % 2 ? 'AA' : 'UA'));
    const measured = columnOf(words(1000, 2000).slice(1), words(400, 5));
    expect(raised(measured)).toMatchObject([{ id: 'x unseen', status: 'alert', found: 0.2 }]);
  });

  it('accepts as many nulls as in the training data', () => {
    expect(raised(columnOf(mixed(1000, null, 5), mixed(400, null, 5)))).toEqual([]);
  });

  it('warns about a small rise, and ignores random variation', () => {
    expect(raised(columnOf(numbers(1000), mixed(400, null, 14)))).toMatchObject([
      { status: 'warn' },
    ]);
    expect(raised(columnOf(numbers(1000), mixed(400, 7, 300)))).toEqual([]);
  });

  it('alerts about a single value outside a declared range, and only that', () => {
    const measured = columnOf(numbers(1000), [...numbers(399), 0.9999]);
    expect(raised(measured, { ranges: { x: { min: 0, max: 0.99 } } })).toMatchObject([
      { id: 'x range', status: 'alert', usual: 0.99 },
    ]);
    expect(raised(measured, { ranges: { x: { min: 0, max: 1 } } })).toEqual([]);
  });

  it('compares the columns that are declared with those of the version', () => {
    const spec = buildSpec(numbers(100));
    const [reference, window] = [profileOf(spec, numbers(100)), profileOf(spec, numbers(60))];
    const { unknown, gone } = measureColumns(
      { old: reference },
      { old: window },
      { young: 'number' },
    );
    expect({ unknown, gone }).toEqual({ unknown: ['young'], gone: ['old'] });
  });

  it('is insufficient data below min_rows, whatever the rows are', () => {
    const few = { measured: columnOf(numbers(1000), mixed(40, null, 2)) };
    expect(judge(few, [few, few], monitor())).toMatchObject({
      status: 'insufficient data',
      signals: [],
      over: false,
    });
  });

  it('alerts about too few rows if there usually are many, also with none', () => {
    const none = {
      ...columnOf(numbers(1000), []),
      volume: { rows: 0, earlier: [900, 1000, 1100, 950] },
    };
    const first = judge({ measured: none }, [], monitor());
    expect(first).toMatchObject({ status: 'insufficient data', signals: [] });
    const second = judge({ measured: none }, [{ measured: none }], monitor());
    expect(second).toMatchObject({ status: 'alert', signals: ['volume'] });
    expect(second.evidence).toMatchObject({ insufficient: ['columns'] });
  });
});

describe('monitoring/kinds/quality/volume', () => {
  const change = 0.5;

  it.each([
    ['half of what is usual is still usual', 1000, [2000, 1990, 2010, 2000], false],
    ['less than half is not', 990, [2000, 1990, 2010, 2000], true],
    ['twice as many is still usual', 4000, [2000, 1990, 2010, 2000], false],
    ['more than twice is not', 4100, [2000, 1990, 2010, 2000], true],
    ['traffic that always varies widely may vary', 300, [100, 2500, 900, 1800, 200], false],
    ['one odd week does not matter', 900, [2000, 1990, 0, 2010, 2000], true],
    ['few rows vary by chance', 9, [20, 22, 18, 21], false],
  ])('%s', (_, rows, earlier, unusual) => {
    expect(judgeVolume({ rows, earlier }, change)).toMatchObject({ unusual });
  });

  it('is inconclusive before four weeks, and if few rows are usual', () => {
    expect(judgeVolume({ rows: 0, earlier: [900, 900, 900] }, change)).toBeUndefined();
    expect(judgeVolume({ rows: 500, earlier: [3, 0, 5, 2] }, change)).toBeUndefined();
  });

  it('never reports a number between those of earlier weeks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 100, max: 150 }), { minLength: 4, maxLength: 8 }),
        (earlier) => {
          const rows = earlier[0] ?? 100;
          expect(judgeVolume({ rows, earlier }, change)?.unusual).toBe(false);
        },
      ),
    );
  });

  it('counts the same hours of earlier weeks, and no week before the first row', () => {
    const HOUR = 3_600_000;
    const at = (week: number, hour: number) => new Date((week * 168 + hour) * HOUR);
    const bucket = (week: number, hour: number, rows: number) => ({ bucket: at(week, hour), rows });
    const buckets = [
      bucket(101, 5, 10),
      bucket(101, 9, 99),
      bucket(102, 5, 20),
      bucket(104, 5, 40),
    ];
    const window = { from: at(104, 5), to: at(104, 6) };
    expect(measureVolume(buckets, window, 8)).toEqual({ rows: 40, earlier: [0, 20, 10] });
    const day = { from: at(104, 0), to: at(104, 24) };
    expect(measureVolume(buckets, day, 8)).toEqual({ rows: 40, earlier: [0, 20] });
  });
});
