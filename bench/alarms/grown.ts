import { smallestShift } from '../../src/monitoring/sequential/detector.ts';
import { shareOfShift } from '../../src/monitoring/sequential/growth.ts';
import { createRandom } from './random.ts';
import { budgetRule, detectorOf, growingRule } from './rules.ts';
import type { Falsely } from './simulate.ts';
import { createWorld, SCENES } from './world.ts';

/** Lengths of the reference, in daily windows. Longer ones hardly grow: they know their mean well enough. */
export const GROWN_FROM = [14, 31, 90] as const;
const BUDGET = 730;
const ROWS = 200;
const YEAR = 365;
/** How far the column has crept after a year, in its standard deviations. */
export const CREPT = 0.5;

/** A detector by its reference alone, and by a reference that grows. */
interface Both<T> {
  alone: T;
  grown: T;
}

export interface Grown {
  scene: string;
  reference: number;
  /** Two years without a change. */
  falsely: Both<Falsely>;
  /** Smallest shift of a numeric column that can be found, at the start and after two years: the median column. */
  shift: Both<number | undefined>;
  /** Where a column creeps from the first live window on: how far it has come at the alarm; Infinity: none in a year. */
  crept: Both<number>;
}

/** One model of a scene, watched twice over the same windows. */
export function grown(scene: keyof typeof SCENES, reference: number, seed: number): Grown {
  const next = createWorld(SCENES[scene], 24, ROWS, createRandom(seed));
  const windows = Array.from({ length: reference }, () => next());
  const detector = detectorOf(windows, 24);
  const fixed = budgetRule(detector, BUDGET);
  const growing = growingRule(detector, BUDGET);
  const years = detector.known.length > 0 ? BUDGET / YEAR : 0;
  const falsely = { alone: { alarms: 0, years }, grown: { alarms: 0, years } };
  for (let day = 0; day < BUDGET; day += 1) {
    const window = next();
    if (fixed(window)) falsely.alone.alarms += 1;
    if (growing.rule(window)) falsely.grown.alarms += 1;
  }
  const shifts = detector.known.flatMap((one, at) => {
    const gauge = detector.gauges[at];
    if (one.gauge.name !== 'location' || !gauge) return [];
    const alone = smallestShift(one, ROWS);
    return [{ alone, grown: alone * shareOfShift(gauge, growing.growth().grown[at]) }];
  });
  const median = (of: keyof Both<number>) =>
    shifts.map((shift) => shift[of]).toSorted((a, b) => a - b)[Math.floor(shifts.length / 2)];
  return {
    ...{ scene, reference, falsely },
    shift: { alone: median('alone'), grown: median('grown') },
    crept: creep(scene, reference, seed),
  };
}

function creep(scene: keyof typeof SCENES, reference: number, seed: number): Both<number> {
  const next = createWorld(SCENES[scene], 24, ROWS, createRandom(seed + 1));
  const detector = detectorOf(
    Array.from({ length: reference }, () => next()),
    24,
  );
  const rules = {
    alone: budgetRule(detector, BUDGET),
    grown: growingRule(detector, BUDGET).rule,
  };
  const found = { alone: Number.POSITIVE_INFINITY, grown: Number.POSITIVE_INFINITY };
  for (let day = 1; day <= YEAR; day += 1) {
    const shift = (CREPT * day) / YEAR;
    const window = next({ column: 'number', shift });
    for (const how of ['alone', 'grown'] as const)
      if (rules[how](window)) found[how] = Math.min(found[how], shift);
  }
  return found;
}
