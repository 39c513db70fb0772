import { describe, expect, it } from 'vitest';
import { measureDrift } from '../../../../src/monitoring/kinds/drift/judge-drift.ts';
import { judgeFixed } from '../../../../src/monitoring/kinds/drift/judge-fixed.ts';
import type { DriftMonitor } from '../../../../src/monitoring/kinds/drift/settings.ts';
import { buildSpec } from '../../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../../src/monitoring/profile/profile.ts';

const HOUR_MS = 3_600_000;
const monitor: DriftMonitor = {
  ...{ name: 'drift', kind: 'drift', windowHours: 1, schedule: '* * * * *', minRows: 50 },
  ...{ need: 2, of: 3, settings: { rule: 'fixed', important: ['distance'] } },
};
const spread = (by: number) => Array.from({ length: 400 }, (_, at) => at / 400 + by);
const COLUMNS = ['distance', 'hour'] as const;

/** A window in which these columns drifted. */
function measured(moved: readonly string[]) {
  const spec = buildSpec(spread(0));
  const side = (by: (name: string) => number) =>
    Object.fromEntries(COLUMNS.map((name) => [name, profileOf(spec, spread(by(name)))]));
  return measureDrift(
    side(() => 0),
    side((name) => (moved.includes(name) ? 0.5 : 0)),
    [],
  );
}

/** The verdict of the last of these windows. */
function verdict(...windows: (readonly string[])[]) {
  const all = windows.map((moved, at) => ({
    window: { from: new Date(at * HOUR_MS), to: new Date((at + 1) * HOUR_MS) },
    measured: measured(moved),
  }));
  const latest = all.at(-1);
  if (!latest) throw new Error('no window');
  return judgeFixed(latest.measured, all.slice(0, -1), monitor);
}

describe('monitoring/kinds/drift/judge-fixed', () => {
  it('is over after as many quiet windows as it looks at', () => {
    const before = [['distance'], ['distance'], []];
    expect(verdict(['distance'], ['distance'])).toMatchObject({ status: 'alert', over: false });
    expect(verdict(...before, [])).toMatchObject({ status: 'ok', over: false });
    expect(verdict(...before, [], [])).toMatchObject({ status: 'ok', over: true });
  });

  it('is not over while a column moves, of whatever importance, also where that is not confirmed', () => {
    const found = [['distance'], ['distance'], [], []] as const;
    // Each of these windows is ok by itself: one in three does not confirm drift.
    expect(verdict(...found, ['hour'])).toMatchObject({ status: 'ok', over: false });
    expect(verdict(...found, ['hour'], [])).toMatchObject({ status: 'ok', over: false });
    expect(verdict(...found, ['hour'], [], [], [])).toMatchObject({ status: 'ok', over: true });
  });
});
