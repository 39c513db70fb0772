import { LATENCY_BINS, latencyBin } from '../../src/core/latency.ts';
import { alphaOf } from '../../src/release/rollout/judge.ts';
import { isCertainlyMore } from '../../src/release/rollout/shares.ts';
import { shareOf } from '../../src/release/rollout/sums.ts';
import { createRandom } from '../alarms/random.ts';

/** What a simulated version does. */
export interface Behaviour {
  /** Share of labelled answers that are wrong. */
  wrong: number;
  /** Share of requests without an answer. */
  errors: number;
  /** Times are log-normal with this median, in milliseconds. */
  medianMs: number;
}

export const STABLE: Behaviour = { wrong: 0.2, errors: 0.001, medianMs: 4 };
/** Spread of the logarithm of times: the slowest of 100 takes three times the median. */
const SPREAD = 0.5;
export const METRICS = ['errors', 'latency', 'performance'] as const;
export type SimulatedMetric = (typeof METRICS)[number];

/** Three metrics here; the plan's error is split over six tests and two steps, of which this is one. */
const STEPS = [
  { weight: 5, shadow: false, forMs: 1 },
  { weight: 25, shadow: false, forMs: 1 },
];
const ALPHA = 0.05;
const each = alphaOf({ alpha: ALPHA, steps: STEPS });
/** Latency is compared at every second bin. */
const EDGES = Math.ceil(LATENCY_BINS / 2);
/** The test at a fixed horizon has one threshold: twice the median, as somebody would choose it. */
const TYPICAL_EDGE = Math.round(latencyBin(2 * STABLE.medianMs) / 2);
/** What the fixed-horizon test allows itself at each look, without regard to how often it looks: 1.96. */
const Z = 1.959964;
/** Below this the normal approximation is not used by anybody. */
const FIRST_LOOK = 100;

export interface Course {
  /** After how many requests it was stopped, by the judgement of the product and by the test at a fixed horizon. */
  stopped: Partial<Record<SimulatedMetric, number>>;
  fixed: Partial<Record<SimulatedMetric, number>>;
}

interface Looks {
  challenger: Behaviour;
  /** Of the requests that go to the challenger. */
  weight: number;
  requests: number;
  /** Requests from one look to the next. */
  every: number;
  seed: number;
}

/** One canary, watched at every look until both rules have stopped it or its requests are over. */
export function simulate({ challenger, weight, requests, every, seed }: Looks): Course {
  const random = createRandom(seed);
  const arms = [armOf(STABLE), armOf(challenger)] as const;
  const course: Course = { stopped: {}, fixed: {} };
  for (let request = 1; request <= requests; request += 1) {
    const arm = random.uniform() < weight ? arms[1] : arms[0];
    arm.n += 1;
    if (random.uniform() < arm.does.errors) arm.failures += 1;
    if (random.uniform() < arm.does.wrong) arm.wrong += 1;
    const bin = latencyBin(arm.does.medianMs * Math.exp(SPREAD * random.normal()));
    for (let edge = 0; edge < EDGES && 2 * edge < bin; edge += 1)
      arm.above[edge] = (arm.above[edge] ?? 0) + 1;
    if (request % every === 0) look(arms, request, course);
    if (METRICS.every((metric) => course.stopped[metric] && course.fixed[metric])) break;
  }
  return course;
}

const armOf = (does: Behaviour) => ({
  ...{ does, n: 0, failures: 0, wrong: 0 },
  above: new Float64Array(EDGES),
});
type Arm = ReturnType<typeof armOf>;

function look(arms: readonly [Arm, Arm], at: number, { stopped, fixed }: Course): void {
  const counts: Record<SimulatedMetric, (arm: Arm) => number> = {
    errors: ({ failures }) => failures,
    performance: ({ wrong }) => wrong,
    latency: ({ above }) => above[TYPICAL_EDGE] ?? 0,
  };
  for (const metric of METRICS)
    if (!fixed[metric] && at >= FIRST_LOOK && zOf(arms, counts[metric]) > Z) fixed[metric] = at;
  for (const metric of ['errors', 'performance'] as const)
    if (!stopped[metric] && isMore(arms, counts[metric], each)) stopped[metric] = at;
  for (let edge = 0; edge < EDGES && !stopped.latency; edge += 1)
    if (isMore(arms, ({ above }) => above[edge] ?? 0, each / EDGES)) stopped.latency = at;
}

function isMore(arms: readonly [Arm, Arm], of: (arm: Arm) => number, alpha: number): boolean {
  const z = zOf(arms, of);
  // Most looks end here: the evidence is at most z², as in `shares.ts`.
  if (z <= 0 || z * z < Math.log(1 / alpha)) return false;
  const [stable, challenger] = arms;
  const both = {
    stable: shareOf(stable.n, of(stable)),
    challenger: shareOf(challenger.n, of(challenger)),
  };
  return isCertainlyMore(both, 0, alpha);
}

/** The statistic of the test of two proportions. */
function zOf([stable, challenger]: readonly [Arm, Arm], of: (arm: Arm) => number): number {
  const [n, before, m, now] = [stable.n, of(stable), challenger.n, of(challenger)];
  const pooled = (before + now) / (n + m);
  const variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  return variance > 0 ? (now / m - before / n) / Math.sqrt(variance) : 0;
}
