import type { Detector } from '../../src/monitoring/sequential/detector.ts';
import type { ProfiledWindow } from '../../src/monitoring/sequential/windows.ts';
import { createRandom } from './random.ts';
import { budgetRule, detectorOf, FIXED, pooled, type Rule } from './rules.ts';
import { type Change, createWorld, SCENES } from './world.ts';

export const REFERENCES = [14, 31, 90, 365] as const;
export const ROWS = [50, 200, 1000, 10_000] as const;
/** Windows in two years. */
export const LENGTHS = [
  { name: 'daily', hours: 24, budget: 730 },
  { name: 'hourly', hours: 1, budget: 17_520 },
] as const;
export type Length = (typeof LENGTHS)[number];

const CHANGES: readonly { name: string; change: Change }[] = [
  ...[0.15, 0.2, 0.3, 0.5, 1].map((shift) => ({
    name: `shift of ${shift} σ`,
    change: { column: 'number' as const, shift },
  })),
  { name: 'spread × 1.3', change: { column: 'number', spread: 1.3 } },
  { name: 'new category, 5%', change: { column: 'category', unseen: 0.05 } },
  { name: 'nulls, 10%', change: { column: 'number', nulls: 0.1 } },
];

/** Alarms in so many years that were watched; no years: still learning. */
export interface Falsely {
  alarms: number;
  years: number;
}

export interface FalseAlarms {
  scene: string;
  length: Length;
  rows: number;
  /** By length of the reference. */
  budget: Falsely[];
  /** Windows with an alarm, by name of the rule. */
  fixed: Record<string, Falsely>;
}

/** The last windows of a longer reference. */
export function detectors(reference: readonly ProfiledWindow[], hours: number): Detector[] {
  return REFERENCES.map((windows) => detectorOf(reference.slice(-windows), hours));
}

/** Fixed rules fire so often that fewer windows show it. */
const FIXED_WINDOWS = 120;

/** Models without any drift, each watched for the two years of its budget. */
export function falseAlarms(
  scene: keyof typeof SCENES,
  length: Length,
  rows: number,
  models: number,
  seed: number,
): FalseAlarms {
  const { hours, budget } = length;
  const found = REFERENCES.map(() => ({ alarms: 0, years: 0 }));
  const fixed = Object.fromEntries(
    Object.keys(FIXED).map((name) => [name, { alarms: 0, years: 0 }]),
  );
  for (let model = 0; model < models; model += 1) {
    const next = createWorld(SCENES[scene], hours, rows, createRandom(seed + model));
    const reference = Array.from({ length: Math.max(...REFERENCES) }, () => next());
    const known = detectors(reference, hours);
    const rules = known.map((detector) => budgetRule(detector, budget));
    const classical = Object.entries(FIXED).map(
      ([name, rule]) => [name, rule(pooled(reference))] as const,
    );
    for (let at = 0; at < budget; at += 1) {
      const window = next();
      for (const [index, counted] of found.entries())
        if ((known[index]?.known.length ?? 0) > 0 && rules[index]?.(window)) counted.alarms += 1;
      if (model > 0 || at >= FIXED_WINDOWS) continue;
      for (const [name, rule] of classical) {
        const counted = fixed[name];
        if (!counted) continue;
        counted.years += hours / (365 * 24);
        if (rule(window)) counted.alarms += 1;
      }
    }
    for (const [index, counted] of found.entries())
      if ((known[index]?.known.length ?? 0) > 0) counted.years += 2;
  }
  return { scene, length, rows, budget: found, fixed };
}

export interface Delays {
  change: string;
  length: Length;
  rows: number;
  /** Windows until the alarm, one a model, by length of the reference; Infinity: none within `MOST`. */
  budget: number[][];
  fixed: Record<string, number[]>;
}

/** How long after the change is looked. */
export const MOST = 200;
/** Windows without a change before it. */
const BEFORE = 10;

/** How many windows after the beginning of each change the alarm is raised, with independent rows. */
export function delays(length: Length, rows: number, models: number, seed: number): Delays[] {
  const { hours, budget } = length;
  const found = CHANGES.map(
    ({ name }): Delays => ({
      ...{ change: name, length, rows },
      budget: REFERENCES.map(() => []),
      fixed: Object.fromEntries(Object.keys(FIXED).map((rule) => [rule, []])),
    }),
  );
  for (let model = 0; model < models; model += 1) {
    const random = createRandom(seed + model);
    const before = createWorld({}, hours, rows, random);
    const reference = Array.from({ length: Math.max(...REFERENCES) }, () => before());
    const together = pooled(reference);
    const known = detectors(reference, hours);
    for (const [which, { change }] of CHANGES.entries()) {
      const rules = [
        ...known.flatMap((detector, at) => {
          if (detector.known.length === 0) return [];
          return [{ rule: budgetRule(detector, budget), into: found[which]?.budget[at] }];
        }),
        ...Object.entries(FIXED).map(([name, create]) => ({
          rule: create(together),
          into: found[which]?.fixed[name],
        })),
      ];
      const next = createWorld({}, hours, rows, random);
      for (let at = 0; at < BEFORE; at += 1) {
        const window = next();
        for (const { rule } of rules) rule(window);
      }
      untilAlarm(rules, () => next(change));
    }
  }
  return found;
}

/** Notes for each rule how many windows it took. */
function untilAlarm(
  rules: readonly { rule: Rule; into: number[] | undefined }[],
  next: () => ProfiledWindow,
): void {
  let waiting = rules;
  for (let after = 1; after <= MOST && waiting.length > 0; after += 1) {
    const window = next();
    waiting = waiting.filter(({ rule, into }) => {
      if (!rule(window)) return true;
      into?.push(after);
      return false;
    });
  }
  for (const { into } of waiting) into?.push(Number.POSITIVE_INFINITY);
}
