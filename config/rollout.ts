import { z } from 'zod';
import { Duration } from '../src/core/duration.ts';
import type { RolloutPlan, RolloutStep } from '../src/core/rollout.ts';

const MINUTES_10 = 10 * 60_000;
const DEFAULT_STEPS: readonly RolloutStep[] = [
  { weight: 0, shadow: true, forMs: MINUTES_10 },
  { weight: 5, shadow: false, forMs: MINUTES_10 },
  { weight: 25, shadow: false, forMs: MINUTES_10 },
  { weight: 100, shadow: false, forMs: 0 },
];
const weight = z.number().int().min(1).max(100);
const share = z.number().min(0).max(1);

const Step = z.union(
  [
    z.strictObject({ shadow: Duration }).transform(({ shadow: forMs }) => ({
      ...{ weight: 0, shadow: true, forMs },
    })),
    z.strictObject({ weight, for: Duration.optional() }).transform((step) => ({
      ...{ weight: step.weight, shadow: false, forMs: step.for ?? MINUTES_10 },
    })),
    weight.transform((percent) => ({ weight: percent, shadow: false, forMs: MINUTES_10 })),
  ],
  'expected {shadow: 10m}, {weight: 5, for: 10m}, or a weight from 1 to 100',
);

/** How versions of a model go live. `false` switches at once, as without the key. */
export const Rollout = z.union([
  z.literal(false),
  z.strictObject({
    steps: z
      .array(Step)
      .min(1)
      .refine(isAscending, 'expected shadow first, then weights that grow')
      .transform(endingWithAll)
      .default([...DEFAULT_STEPS]),
    limits: z
      .strictObject({
        errors: share.default(0.02),
        latency: share.default(0.15),
        answers: share.default(0.3),
        flipped: share.default(0.2),
        performance: share.default(0.05),
      })
      .prefault({}),
    alpha: z.number().gt(0).max(0.5).default(0.05),
  }),
]);

function isAscending(steps: readonly RolloutStep[]): boolean {
  return steps.every(({ weight: now, shadow }, at) => {
    const before = steps[at - 1];
    if (!before) return true;
    return shadow ? false : now > before.weight;
  });
}

/** The last step is the switch, whether it is written or not. */
function endingWithAll(steps: RolloutStep[]): RolloutStep[] {
  const last = { weight: 100, shadow: false, forMs: 0 };
  return [...steps.filter((step) => step.weight < 100), last];
}

/** All keys below `rollout:`, for suggestions. */
export const ROLLOUT_KEYS = [
  ...['steps', 'limits', 'alpha', 'shadow', 'weight', 'for'],
  ...['errors', 'latency', 'answers', 'flipped', 'performance'],
];

/** A model's plan; undefined for a switch at once. */
export const planOf = (
  written: z.output<typeof Rollout> | undefined,
): { rollout?: RolloutPlan | undefined } =>
  written === undefined ? {} : { rollout: written === false ? undefined : written };
