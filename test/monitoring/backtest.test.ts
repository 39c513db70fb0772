import { describe, expect, it } from 'vitest';
import type { MonitorSpec } from '../../src/core/model.ts';
import { type Alarm, matchAlarms, replay } from '../../src/monitoring/backtest.ts';
import { Settings } from '../../src/monitoring/kinds/quality/settings.ts';

const day = (n: number) => new Date(Date.UTC(2001, 0, n));
const windowOf = (n: number) => ({ from: day(n), to: day(n + 1) });

const monitor = (settings: object, need = 1): MonitorSpec => ({
  ...{ name: 'data', kind: 'quality', windowHours: 24, schedule: '* * * * *', minRows: 50 },
  ...{ need, of: need, settings: Settings.parse(settings) },
});

/** A window of 1,000 rows with this share of nulls; the training data has none. */
const withNulls = (n: number, share: number, version = 1, status: 'ok' | 'held back' = 'ok') => ({
  ...{ version, window: windowOf(n), status },
  detail: {
    rows: 1000,
    columns: [
      {
        ...{ name: 'x', rows: 1000, min: 0, max: 1 },
        checks: [{ name: 'null', reference: 0, window: share, p: share > 0 ? 1e-9 : 1 }],
      },
    ],
    ...{ unknown: [], gone: [], volume: { rows: 0, earlier: [] } },
  },
});

/** Nulls from the fifth day to the eighth, and more from the seventh on. */
const STORED = [
  ...[1, 2, 3, 4].map((n) => withNulls(n, 0)),
  ...[5, 6].map((n) => withNulls(n, 0.15)),
  ...[7, 8].map((n) => withNulls(n, 0.6)),
  ...[9, 10, 11, 12].map((n) => withNulls(n, 0)),
];

describe('monitoring/backtest: replay', () => {
  it('judges stored windows by other settings, each as if it had just ended', () => {
    const strict = replay(STORED, monitor({ null_share: 0.05 }));
    expect(strict).toMatchObject({ judged: 12, otherLength: 0 });
    expect(strict.alarms).toMatchObject([
      { version: 1, raisedBy: windowOf(5), signals: ['x null'], windows: 4 },
    ]);
    const lenient = replay(STORED, monitor({ null_share: 0.2 }));
    expect(lenient.alarms).toMatchObject([{ raisedBy: windowOf(7), windows: 2 }]);
    expect(replay(STORED, monitor({ null_share: 0.7 })).alarms).toEqual([]);
  });

  it('does not depend on the order in which windows were stored', () => {
    const backwards = replay(STORED.toReversed(), monitor({ null_share: 0.05 }));
    expect(backwards).toEqual(replay(STORED, monitor({ null_share: 0.05 })));
  });

  it('raises a new alarm after the first one was over', () => {
    const again = [...STORED, withNulls(13, 0.3), withNulls(14, 0.3)];
    const { alarms } = replay(again, monitor({ null_share: 0.05 }));
    expect(alarms.map(({ raisedBy }) => raisedBy)).toEqual([windowOf(5), windowOf(13)]);
  });

  it('judges versions apart, and neither held back windows nor those of another length', () => {
    const stored = [
      ...[1, 2].map((n) => withNulls(n, 0)),
      withNulls(3, 0.3, 1, 'held back'),
      withNulls(4, 0.3, 2),
      { ...withNulls(5, 0.3, 2), window: { from: day(5), to: day(12) } },
      { ...withNulls(6, 0, 2), detail: null },
    ];
    const { alarms, ...counts } = replay(stored, monitor({ null_share: 0.05 }));
    expect(alarms).toMatchObject([{ version: 2, raisedBy: windowOf(4) }]);
    expect(counts).toEqual({ judged: 3, otherLength: 1 });
  });
});

describe('monitoring/backtest: matching alarms', () => {
  const alarm = (n: number, signals = ['x'], version = 1): Alarm => ({
    ...{ version, signals, windows: 1 },
    raisedBy: windowOf(n),
  });
  const DAYS = 86_400_000;

  it('pairs alarms about the same change, and leaves the others alone', () => {
    const [a, b, c] = [alarm(5), alarm(20), alarm(40)];
    const [d, e] = [alarm(7), alarm(60)];
    expect(matchAlarms([a, b, c], [d, e], 10 * DAYS)).toEqual([
      { was: a, would: d },
      { was: b, would: undefined },
      { was: c, would: undefined },
      { was: undefined, would: e },
    ]);
  });

  it('prefers a shared column to a shorter time, and never crosses versions', () => {
    const was = alarm(5, ['x']);
    const [near, same] = [alarm(6, ['y']), alarm(9, ['x'])];
    expect(matchAlarms([was], [near, same], 10 * DAYS)).toContainEqual({ was, would: same });
    expect(matchAlarms([was], [alarm(5, ['x'], 2)], 10 * DAYS)).toHaveLength(2);
  });
});
