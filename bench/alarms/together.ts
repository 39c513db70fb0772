import { advance } from '../../src/monitoring/sequential/advance.ts';
import { emptyState } from '../../src/monitoring/sequential/state.ts';
import type { ProfiledWindow } from '../../src/monitoring/sequential/windows.ts';
import { createRandom } from './random.ts';
import { budgetRule, detectorOf, pooled, type Rule } from './rules.ts';
import type { Falsely } from './simulate.ts';
import { createWorld, SCENES } from './world.ts';

/** Days of a window of each monitor of the model. */
const MONITORS = [1, 2, 3] as const;
/** One false alarm in three months: often enough to be counted. */
export const BUDGET_DAYS = 91;
const REFERENCE_DAYS = 90;
const WATCHED_DAYS = 2 * 365;
const ROWS = 200;

/** Alarms of a model: of its first monitor alone, of three that each have the whole budget, and of three that share it. */
export interface Together {
  scene: string;
  alone: Falsely;
  whole: Falsely;
  shared: Falsely;
}

interface Monitor<W> {
  days: number;
  rules: { whole(window: W): boolean; shared(window: W): boolean };
  /** Days of the window that is not complete. */
  open: W[];
}

/** The scene of `withoutTolerance`. */
const LIMIT = 'independent numbers, without tolerance';
const NUMBERS = 20;

/** One model without any drift, watched for two years by monitors whose windows have other lengths. */
export function together(scene: keyof typeof SCENES, seed: number): Together {
  const next = createWorld(SCENES[scene], 24, ROWS, createRandom(seed));
  const reference = Array.from({ length: REFERENCE_DAYS }, () => next());
  const monitors = MONITORS.map((days): Monitor<ProfiledWindow> => {
    const detector = detectorOf(inWindows(reference, days), 24 * days);
    const rule = (times: number): Rule => budgetRule(detector, (times * BUDGET_DAYS) / days);
    return { days, rules: { whole: rule(1), shared: rule(MONITORS.length) }, open: [] };
  });
  const wholeOf = (days: ProfiledWindow[]) => inWindows(days, days.length)[0];
  return { scene, ...watched(monitors, next, wholeOf) };
}

/**
 * The same at the limit of what a budget promises: twenty normal numbers whose mean and spread are known exactly, so
 * that evidence for a change is as frequent as it can be without one. Tolerances make it rarer.
 */
export function withoutTolerance(seed: number): Together {
  const random = createRandom(seed);
  const gauges = Array.from({ length: NUMBERS }, (_, at) => ({
    ...{ column: `number ${at + 1}`, gauge: 'location', up: 1, down: 1 },
    ...{ correlation: 0, degrees: 1e9, tolerance: 0 },
  }));
  const monitors = MONITORS.map((days): Monitor<number[]> => {
    const rule = (times: number) => {
      let state = emptyState(NUMBERS);
      let start = 0;
      return (x: number[]): boolean => {
        const readings = { hours: 24 * days, start, gauges, x };
        const step = advance(state, readings, (times * BUDGET_DAYS) / days);
        state = step.state;
        start += days * 86_400_000;
        return step.alarm !== undefined;
      };
    };
    return { days, rules: { whole: rule(1), shared: rule(MONITORS.length) }, open: [] };
  });
  const next = () => gauges.map(() => random.normal());
  const wholeOf = (days: number[][]) =>
    gauges.map((_, at) => days.reduce((sum, x) => sum + (x[at] ?? 0), 0) / Math.sqrt(days.length));
  return { scene: LIMIT, ...watched(monitors, next, wholeOf) };
}

/** `wholeOf`: the window that some days make. */
function watched<W>(
  monitors: readonly Monitor<W>[],
  next: () => W,
  wholeOf: (days: W[]) => W | undefined,
): Omit<Together, 'scene'> {
  const years = WATCHED_DAYS / 365;
  const found = {
    alone: { alarms: 0, years },
    whole: { alarms: 0, years },
    shared: { alarms: 0, years },
  };
  for (let day = 0; day < WATCHED_DAYS; day += 1) {
    const now = next();
    for (const monitor of monitors) {
      monitor.open.push(now);
      const window = monitor.open.length < monitor.days ? undefined : wholeOf(monitor.open);
      if (window === undefined) continue;
      monitor.open = [];
      if (monitor.rules.whole(window)) {
        found.whole.alarms += 1;
        if (monitor.days === MONITORS[0]) found.alone.alarms += 1;
      }
      if (monitor.rules.shared(window)) found.shared.alarms += 1;
    }
  }
  return found;
}

/** Whole windows of so many days each. */
function inWindows(days: readonly ProfiledWindow[], length: number): ProfiledWindow[] {
  const many = Math.floor(days.length / length);
  return Array.from({ length: many }, (_, at) => {
    const own = days.slice(at * length, (at + 1) * length);
    return { start: own[0]?.start ?? 0, columns: pooled(own) };
  });
}
