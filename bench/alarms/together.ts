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

interface Monitor {
  days: number;
  rules: { whole: Rule; shared: Rule };
  /** Days of the window that is not complete. */
  open: ProfiledWindow[];
}

/** One model without any drift, watched for two years by monitors whose windows have other lengths. */
export function together(scene: keyof typeof SCENES, seed: number): Together {
  const next = createWorld(SCENES[scene], 24, ROWS, createRandom(seed));
  const reference = Array.from({ length: REFERENCE_DAYS }, () => next());
  const monitors = MONITORS.map((days): Monitor => {
    const detector = detectorOf(inWindows(reference, days), 24 * days);
    const budget = BUDGET_DAYS / days;
    return {
      days,
      rules: {
        whole: budgetRule(detector, budget),
        shared: budgetRule(detector, budget * MONITORS.length),
      },
      open: [],
    };
  });
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
      const [window] =
        monitor.open.length < monitor.days ? [] : inWindows(monitor.open, monitor.days);
      if (!window) continue;
      monitor.open = [];
      if (monitor.rules.whole(window)) {
        found.whole.alarms += 1;
        if (monitor.days === MONITORS[0]) found.alone.alarms += 1;
      }
      if (monitor.rules.shared(window)) found.shared.alarms += 1;
    }
  }
  return { scene, ...found };
}

/** Whole windows of so many days each. */
function inWindows(days: readonly ProfiledWindow[], length: number): ProfiledWindow[] {
  const many = Math.floor(days.length / length);
  return Array.from({ length: many }, (_, at) => {
    const own = days.slice(at * length, (at + 1) * length);
    return { start: own[0]?.start ?? 0, columns: pooled(own) };
  });
}
