import {
  type RolloutCause,
  type RolloutJudgement,
  type RolloutPlan,
  type RolloutSignal,
  RULED,
  type RuledMetric,
} from '../../core/rollout.ts';
import { type Compared, compared, type Observed } from './compared.ts';
import { LEAST_ROWS, meanInterval } from './means.ts';
import { splitEvidence } from './sample-ratio.ts';
import { isCertainlyMore, isCertainlyWithin, shareInterval } from './shares.ts';
import type { Arms, Interval } from './sums.ts';

/** Worse by more than this is a failure; what passes must be within the limit of the plan. */
const NOTICED: Readonly<Record<RuledMetric, number>> = {
  errors: 0,
  // A challenger runs in a process of its own, on a machine that is busy with the stable version.
  latency: 0.05,
  // Another version answers differently; this much differently is another model.
  answers: 0.15,
  flipped: 0.1,
  performance: 0,
};

/** The metrics, and the split of requests. */
const TESTS = RULED.length + 1;

/** The error that each test of a step may make, of the whole rollout's. */
export function alphaOf({ alpha, steps }: Pick<RolloutPlan, 'alpha' | 'steps'>): number {
  const watched = steps.filter(({ shadow, weight }) => shadow || weight < 100).length;
  return alpha / TESTS / Math.max(1, watched);
}

/**
 * What a step has shown so far. May be asked after every request: a challenger that is no worse than the stable version
 * is failed with the probability `plan.alpha` at most, over all metrics, steps and looks. Pure.
 */
export function judgeStep(observed: Observed, plan: RolloutPlan): RolloutJudgement {
  const { tally, weight, shadow } = observed;
  const alpha = alphaOf(plan);
  const signals = RULED.map((metric) =>
    signalOf(metric, compared(metric, observed), plan.limits[metric], alpha),
  );
  const having = (status: RolloutSignal['status']): RolloutCause[] =>
    signals.flatMap((signal) => (signal.status === status ? [{ kind: 'signal', signal }] : []));
  if (tally.broken !== undefined)
    return { result: 'fail', causes: [{ kind: 'broken', words: tally.broken }], signals };
  const failed = having('fail');
  if (failed.length > 0) return { result: 'fail', causes: failed, signals };
  const counts = { stable: tally.stable.requests, challenger: tally.challenger.requests };
  if (!shadow && splitEvidence(counts, weight / 100) >= Math.log(1 / alpha)) {
    const requests = counts.stable + counts.challenger;
    const cause = { kind: 'split', challenger: counts.challenger, requests, weight } as const;
    return { result: 'inconclusive', causes: [cause], signals };
  }
  const unsure = having('inconclusive');
  return { result: unsure.length > 0 ? 'inconclusive' : 'pass', causes: unsure, signals };
}

function signalOf(
  metric: RuledMetric,
  { candidates, thresholds, optional }: Compared,
  limit: number,
  alpha: number,
): RolloutSignal {
  const each = alpha / Math.max(1, thresholds);
  const noticed = Math.min(NOTICED[metric], limit);
  const sorted = candidates.toSorted((a, b) => gap(b.arms) - gap(a.arms));
  const failing = sorted.find(({ arms }) => isMore(arms, noticed, each));
  const shown = failing ?? sorted[0];
  if (!shown || (optional && shown.arms.challenger.n === 0)) {
    const status = optional ? 'not measured' : 'inconclusive';
    return { ...{ metric, status, limit, stable: 0, challenger: 0 }, ...NOTHING };
  }
  const within = sorted.every(({ arms }) => isWithin(arms, limit, each));
  return {
    ...{ metric, limit, ...intervalOf(shown.arms, each) },
    ...{ stable: shown.arms.stable.n, challenger: shown.arms.challenger.n },
    status: failing ? 'fail' : within ? 'pass' : 'inconclusive',
    ...(shown.where !== undefined && { where: shown.where }),
  };
}

const NOTHING: Interval = { difference: 0, low: -1, high: 1 };

const gap = ({ stable, challenger }: Arms): number =>
  challenger.sum / Math.max(1, challenger.n) - stable.sum / Math.max(1, stable.n);

/** The exact interval is for shares; it is wide for losses that are rarely near 0 or 1. */
const areShares = ({ stable, challenger }: Arms): boolean =>
  (stable.sum === stable.squares && challenger.sum === challenger.squares) ||
  Math.min(stable.n, challenger.n) < LEAST_ROWS;

const intervalOf = (arms: Arms, alpha: number): Interval =>
  areShares(arms) ? shareInterval(arms, alpha) : meanInterval(arms, alpha);

const isMore = (arms: Arms, than: number, alpha: number): boolean =>
  areShares(arms) ? isCertainlyMore(arms, than, alpha) : meanInterval(arms, alpha).low > than;

const isWithin = (arms: Arms, limit: number, alpha: number): boolean =>
  areShares(arms) ? isCertainlyWithin(arms, limit, alpha) : meanInterval(arms, alpha).high <= limit;
