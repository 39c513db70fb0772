import { describe, expect, it } from 'vitest';
import { dueWindows } from '../../jobs/steps/due-windows.ts';
import type { MonitorSpec } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { createMemoryProfiles } from '../fakes/profile-store.ts';
import { flights } from '../training/spec.ts';

const DAY = 86_400_000;
const ENDPOINT = { model: 'flights', environment: 'production' };
/** Day `n` of March 2001. */
const day = (n: number) => new Date(Date.UTC(2001, 2, n));

interface Rows {
  /** Of March 2001. */
  day: number;
  rows?: number;
  untimed?: boolean;
}

/** A model monitored daily, with rows at noon of these days. */
async function watched(kind: 'drift' | 'quality', rows: readonly Rows[]) {
  const store = createMemoryProfiles<never>();
  for (const { day: at, rows: count = 100, untimed = false } of rows) {
    const bucket = new Date(day(at).getTime() + DAY / 2);
    const columns = { features: {}, answers: {}, applied: {}, revision: 0 };
    const document = { ...ENDPOINT, ...columns, version: 1, bucket, minutes: 60, latest: bucket };
    await store.save({ ...document, rows: count, ...(untimed && { untimed }) }, 0);
  }
  const judged: Finding[] = [];
  const monitor: MonitorSpec = {
    ...{ name: 'watch', kind, schedule: '* * * * *', windowHours: 24, minRows: 50 },
    ...{ need: 2, of: 3, settings: {} },
  };
  const spec = { ...flights, name: 'flights', monitors: [monitor] };
  const about = { monitor: 'flights/watch', environment: 'production', version: 1 };
  return {
    /** Records that a day was judged. */
    judge(n: number) {
      const window = { from: day(n), to: day(n + 1) };
      judged.push({ ...about, window, status: 'ok', signals: [], detail: null, at: day(n + 1) });
    },
    /** Days of March that are due at the clock's time. */
    async due(now: Date) {
      const windows = await dueWindows(
        { spec, environment: 'production', monitor, version: 1 },
        {
          clock: { now: () => now },
          profiles: {
            watermark: async () => undefined,
            newest: (endpoint, version, untimed) => store.watermark(endpoint, version, untimed),
            buckets: (endpoint, from, which) => store.buckets(endpoint, from, which),
            within: async () => [],
          },
          findings: {
            stateAt: async () => undefined,
            add: async () => {},
            revise: async () => {},
            recent: async (_, __, limit, until) =>
              judged
                .filter(({ window }) => !until || window.to <= until)
                .toSorted((a, b) => b.window.to.getTime() - a.window.to.getTime())
                .slice(0, limit),
          },
        },
      );
      for (const { from, to } of windows) expect(to.getTime() - from.getTime()).toBe(DAY);
      return windows.map(({ from }) => Math.round((from.getTime() - day(0).getTime()) / DAY));
    },
  };
}

const LATER = new Date('2026-11-20');

describe('jobs/steps/due-windows', () => {
  it('are those that are complete, once each', async () => {
    const watch = await watched('drift', [{ day: 1 }, { day: 2 }, { day: 3 }, { day: 4 }]);
    // The first window begins before the first row, and the last is not over.
    expect(await watch.due(LATER)).toEqual([2, 3]);
    watch.judge(2);
    expect(await watch.due(LATER)).toEqual([3]);
    watch.judge(3);
    expect(await watch.due(LATER)).toEqual([]);
  });

  it('leave out days without rows for a kind that has nothing to judge in them', async () => {
    const watch = await watched('drift', [{ day: 1 }, { day: 2 }, { day: 6 }, { day: 7 }]);
    expect(await watch.due(LATER)).toEqual([2, 6]);
  });

  it('hold days without rows for a kind that judges them, up to a week after the last row', async () => {
    const gap = await watched('quality', [{ day: 1 }, { day: 2 }, { day: 6 }]);
    expect(await gap.due(LATER)).toEqual([2, 3, 4, 5]);
    gap.judge(5);
    expect(await gap.due(LATER)).toEqual([]);

    // After a week of silence, more of it is not news.
    const long = await watched('quality', [{ day: 1 }, { day: 2 }, { day: 20 }]);
    expect(await long.due(LATER)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('wait for a next row with a time, and for the clock where callers name none', async () => {
    const timed = await watched('quality', [{ day: 1 }, { day: 2 }]);
    expect(await timed.due(LATER)).toEqual([]);

    const rows = [1, 2].map((at) => ({ day: at, untimed: true }));
    const untimed = await watched('quality', rows);
    expect(await untimed.due(day(3))).toEqual([]); // the last rows may not be in a profile yet
    expect(await untimed.due(new Date(day(3).getTime() + DAY / 2))).toEqual([2]);
    expect(await untimed.due(day(6))).toEqual([2, 3, 4]);
    expect(await untimed.due(LATER)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(await (await watched('drift', rows)).due(LATER)).toEqual([]);
  });

  it('do not end because of rows without a time during a replay', async () => {
    const replay = [{ day: 1 }, { day: 2 }, { day: 3 }];
    const watch = await watched('drift', [...replay, { day: 20, untimed: true }]);
    expect(await watch.due(LATER)).toEqual([2]);
  });

  it('are at most fifty with enough rows at a time, and none beyond those', async () => {
    const days = Array.from({ length: 70 }, (_, at) => at + 1);
    const thin = (at: number) => at % 10 === 0;
    const watch = await watched(
      'drift',
      days.map((at) => ({ day: at, rows: thin(at) ? 5 : 100 })),
    );
    const due = await watch.due(LATER);
    expect(due.filter((at) => !thin(at))).toHaveLength(50);
    expect(due).toEqual(days.slice(1, due.length + 1));
  });
});
