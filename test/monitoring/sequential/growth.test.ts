import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../bench/alarms/random.ts';
import { advance } from '../../../src/monitoring/sequential/advance.ts';
import {
  advanceGrowing,
  noGrowth,
  readGrowth,
  shareOfShift,
  windowsGrown,
} from '../../../src/monitoring/sequential/growth.ts';
import type { ReadGauge } from '../../../src/monitoring/sequential/readings.ts';
import { emptyState } from '../../../src/monitoring/sequential/state.ts';

const DAY_MS = 86_400_000;
const BUDGET = 730;
const gauge = (column: string, tolerance: number): ReadGauge => ({
  ...{ column, gauge: 'location', correlation: 0, degrees: 30, tolerance },
  ...{ up: 1, down: 1 },
});
/** References of 16, 25 and 400 windows. */
const gauges = [gauge('short', 0.75), gauge('longer', 0.6), gauge('long', 0.25)];

/** Days of windows in which `short` reads the given value, and the others read nothing new. */
function watch(days: number, short: (day: number, noise: () => number) => number | null) {
  const random = createRandom(9);
  let state = emptyState(gauges.length);
  let growth = noGrowth(gauges.length);
  const seen = [];
  for (let day = 0; day < days; day += 1) {
    const x = [short(day, random.normal), random.normal(), random.normal()];
    const readings = { hours: 24, start: day * DAY_MS, gauges, x };
    const next = advanceGrowing(state, growth, readings, BUDGET);
    state = next.step.state;
    growth = next.growth;
    seen.push({ day, growth, alarm: next.step.alarm, open: state.open !== undefined });
  }
  return seen;
}
const last = <T>(all: readonly T[]): T => {
  const one = all.at(-1);
  if (!one) throw new Error('nothing was seen');
  return one;
};

describe('a reference that grows by quiet windows', () => {
  it('begins as the reference alone', () => {
    const readings = { hours: 24, start: 0, gauges, x: [1, -1, null] };
    const before = emptyState(gauges.length);
    const { step } = advanceGrowing(before, noGrowth(3), readings, BUDGET);
    expect(step).toEqual(advance(before, readings, BUDGET));
    expect(gauges.map((one) => shareOfShift(one))).toEqual([1, 1, 1]);
  });

  it('certifies smaller shifts with each quiet window, where the reference was too short', () => {
    const { growth } = last(watch(300, (_, noise) => noise()));
    expect(growth.since).not.toBeNull();
    expect(windowsGrown(growth, gauges)).toBeGreaterThan(250);
    const shares = gauges.map((one, at) => shareOfShift(one, growth.grown[at]));
    expect(shares[0]).toBeLessThan(0.6);
    expect(shares[1]).toBeLessThan(0.7);
    // Its tolerance is already the minimum.
    expect(growth.grown[2]).toEqual([0, 0, 0]);
    expect(shares[2]).toBe(1);
  });

  it('takes no window of an alarm, neither before it is raised nor while it is open', () => {
    const seen = watch(120, (day, noise) => (day < 60 || day >= 90 ? 0 : 3) + noise());
    const raised = seen.find(({ alarm }) => alarm);
    const begin = raised?.alarm?.since ?? 0;
    expect(raised?.day).toBeGreaterThan(60);
    expect(begin / DAY_MS).toBeGreaterThanOrEqual(58);
    const before = seen.find(({ day }) => day === begin / DAY_MS - 1)?.growth.grown[0];
    for (const { day, growth, open } of seen) {
      if (day * DAY_MS < begin || (day > 64 && !open)) continue;
      expect(growth.grown[0]).toEqual(before);
      if (open) expect(growth.pending.flat()).toEqual(new Array(9).fill(0));
    }
    expect(raised?.open).toBe(true);
  });

  it('goes on when the alarm is over', () => {
    const seen = watch(200, (day, noise) => (day < 60 || day >= 70 ? 0 : 3) + noise());
    const over = seen.find(({ day, open }) => day > 70 && !open);
    expect(last(seen).growth.grown[0]?.[0]).toBeGreaterThan((over?.growth.grown[0]?.[0] ?? 0) + 50);
  });

  it.each([0.004, 0.01, 0.03])('is not carried along by a change that creeps by %s a day', (by) => {
    const seen = watch(900, (day, noise) => day * by + noise());
    const raised = seen.find(({ alarm }) => alarm);
    const alone = gauges[0]?.tolerance ?? 0;
    for (const { growth } of seen) {
      const [windows = 0, sum = 0] = growth.grown[0] ?? [];
      expect(sum / (16 + windows)).toBeLessThanOrEqual(alone);
    }
    // The remaining tolerance, how far the mean may be carried, half of the smallest shift, and some days.
    expect((raised?.day ?? Number.NaN) * by).toBeLessThan(2 * alone + 0.25 + 60 * by);
  });

  it('takes in a shift that was there from the start only as far as the reference is uncertain', () => {
    const alone = gauges[0]?.tolerance ?? 0;
    const { growth } = last(watch(600, () => alone + 0.15));
    const [windows = 0, sum = 0] = growth.grown[0] ?? [];
    expect(sum / (16 + windows)).toBeLessThanOrEqual(alone);
    expect(sum / (16 + windows)).toBeGreaterThan(alone - 0.05);
  });

  it('keeps to the budget where nothing changes, although it is more certain of its mean', () => {
    let alarms = 0;
    for (let run = 0; run < 4; run += 1) {
      const random = createRandom(run);
      alarms += watch(BUDGET, () => random.normal()).filter(({ alarm }) => alarm).length;
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });

  it('is never more certain because a share was 0 in every window', () => {
    const { growth } = last(watch(200, () => 0));
    // Only by its tolerance: a first row with a missing value is as far from 0 as before.
    const times = 1 + (growth.grown[0]?.[0] ?? 0) / 16;
    const expected = (Math.max(0.25, 0.75 / Math.sqrt(times)) + 0.25) / 1;
    expect(shareOfShift(gauge('short', 0.75), growth.grown[0])).toBeCloseTo(expected, 9);
  });

  it('survives being stored, and begins again with what is no growth of these gauges', () => {
    const { growth } = last(watch(50, (_, noise) => noise()));
    expect(readGrowth(JSON.parse(JSON.stringify(growth)), 3)).toEqual(growth);
    for (const other of [undefined, null, 'x', { since: 1 }, { ...growth, grown: [] }])
      expect(readGrowth(other, 3)).toEqual(noGrowth(3));
    expect(readGrowth(growth, 2)).toEqual(noGrowth(2));
  });
});
