import { deriveId } from './ids.ts';
import type { LatencyCounts } from './latency.ts';

/** One step of a rollout: some requests are shadowed, or answered by the challenger. */
export interface RolloutStep {
  /** Percent of the requests that the challenger answers: 0 while it is in shadow, 100 for the switch. */
  weight: number;
  /** The challenger answers a copy of the requests, and nobody gets its answers. */
  shadow: boolean;
  /** How long it is watched at least. */
  forMs: number;
}

/** How much worse than the stable version a challenger may be, each from 0 to 1. */
interface RolloutLimits {
  /** Difference in the share of requests without a usable answer. */
  errors: number;
  /** Difference in the share of requests that take longer than a given time, at the time where it is largest. */
  latency: number;
  /** Difference in the share of answers above a given value, or of one class, where it is largest. */
  answers: number;
  /** In shadow: the share of rows with another decision. */
  flipped: number;
  /** Difference in the mean loss, as a share of its range. */
  performance: number;
}

/** How versions of a model go live in an environment. */
export interface RolloutPlan {
  steps: readonly RolloutStep[];
  limits: RolloutLimits;
  /** Of stopping a challenger that is not worse, over all metrics and steps. */
  alpha: number;
}

/**
 * A version that replaces the stable one step by step, in the document of its endpoint. The challenger answers the
 * weight of its step, the stable version the rest.
 */
export interface RolloutState {
  /** The deployment that goes live at the end. */
  deployment: string;
  version: number;
  /** The deployment that it is compared with. */
  stable: string;
  approval: string;
  by: string;
  began: Date;
  /** As configured when it began. */
  steps: readonly RolloutStep[];
  /** Index in `steps`. */
  step: number;
  /** When the step began. */
  since: Date;
  /** It stays at its step until somebody resumes it. `asks`: it paused itself, because it could not tell. */
  paused?: { by: string; at: Date; why: string; asks: boolean };
  /** Who resumed it although this step could not tell. */
  accepted?: string;
}

/** Names a pause, and with it what it asks, so that a button can say which one it answers. Undefined without one. */
export const pauseId = (
  rollout: Pick<RolloutState, 'deployment' | 'paused'> | undefined,
): string | undefined =>
  rollout?.paused && deriveId('pause', rollout.deployment, rollout.paused.at.getTime());

/** How the last rollout of an endpoint ended. */
export interface RolloutEnd {
  deployment: string;
  version: number;
  stable: string;
  approval: string;
  /** `promoted`: it is the stable version. `replaced`: another version went live in the meantime. */
  outcome: 'promoted' | 'failed' | 'aborted' | 'replaced';
  by: string;
  /** Without a full stop. */
  why: string;
  at: Date;
  began: Date;
  steps: readonly RolloutStep[];
  step: number;
}

/** What remains of a rollout that ended. */
export function endedRollout(
  { deployment, version, stable, approval, began, steps, step }: RolloutState,
  how: Pick<RolloutEnd, 'outcome' | 'by' | 'why' | 'at'>,
): RolloutEnd {
  return { deployment, version, stable, approval, began, steps, step, ...how };
}

/** The step that a rollout is in. */
export function stepOf({ steps, step }: Pick<RolloutState, 'steps' | 'step'>): RolloutStep {
  const found = steps[step];
  if (!found) throw new RangeError(`a rollout of ${steps.length} steps has no step ${step}`);
  return found;
}

/** What the gateway counted for one version in one step. */
export interface ArmTally {
  requests: number;
  /** Without a usable answer: it threw, was late, or gave nothing finite. */
  failures: number;
  /** Time in the model, by bin of `src/core/latency.ts`. */
  times: LatencyCounts;
  /** Answers by bin: see `answerBin`. A request counts as one, whatever its rows. */
  answers: readonly (readonly [bin: number, count: number])[];
}

/** What the gateway counted while the challenger was in shadow. */
export interface ShadowTally {
  /** Requests that both versions answered. */
  requests: number;
  /** Of these, with the share of their rows that were decided differently. */
  flipped: number;
  /** Copies that were not sent, because the challenger was busy. */
  dropped: number;
  /** By value of a feature, e.g. `carrier=AA`: rows, and those decided differently. */
  slices: readonly { name: string; rows: number; flipped: number }[];
}

/** All that was counted in one step. */
export interface Tally {
  stable: ArmTally;
  challenger: ArmTally;
  shadow: ShadowTally;
  /** Why the gateway no longer asks the challenger, as a sentence. */
  broken?: string | undefined;
}

export const RULED = ['errors', 'latency', 'answers', 'flipped', 'performance'] as const;
export type RuledMetric = (typeof RULED)[number];

/** One metric of a step, as judged. Differences are challenger − stable; more is worse. */
export interface RolloutSignal {
  metric: RuledMetric;
  status: 'pass' | 'fail' | 'inconclusive' | 'not measured';
  /** Requests or labelled rows of both versions. */
  stable: number;
  challenger: number;
  difference: number;
  low: number;
  high: number;
  limit: number;
  /** Where the difference is largest: `above 12 ms`, `answers above 0.5`, `class late`. */
  where?: string;
}

/** Why a step failed, or why it is not known whether it did. */
export type RolloutCause =
  | { kind: 'signal'; signal: RolloutSignal }
  /** Requests were not split as declared, so that the versions cannot be compared. */
  | { kind: 'split'; challenger: number; requests: number; weight: number }
  /** The gateway gave up on the challenger: why, as a sentence. */
  | { kind: 'broken'; words: string };

export interface RolloutJudgement {
  result: 'pass' | 'fail' | 'inconclusive';
  /** Empty if it passed. */
  causes: readonly RolloutCause[];
  signals: readonly RolloutSignal[];
}

/** Bins of a score: tenths. */
const SCORE_BINS = 10;
/** Bins of a number: quarters of asinh, up to e^16. */
const VALUE_BINS = 64;

/** The bin of an answer: a tenth of a score, a step of a number on a logarithmic scale, or the index of a class. */
export function answerBin(
  kind: 'score' | 'value' | 'probabilities',
  numbers: readonly number[],
): number {
  const [first = Number.NaN] = numbers;
  if (kind === 'score')
    return Math.min(SCORE_BINS - 1, Math.max(0, Math.floor(first * SCORE_BINS)));
  if (kind === 'value')
    return Math.max(-VALUE_BINS, Math.min(VALUE_BINS, Math.floor(4 * Math.asinh(first))));
  return numbers.indexOf(Math.max(...numbers));
}

/** The lower end of a bin of scores or numbers. */
export function binStart(kind: 'score' | 'value', bin: number): number {
  return kind === 'score' ? bin / SCORE_BINS : Math.sinh(bin / 4);
}

/** How many thresholds a bin can be compared at, for the error that they share. */
export function thresholdsOf(kind: 'score' | 'value' | 'probabilities', classes: number): number {
  if (kind === 'score') return SCORE_BINS - 1;
  return kind === 'value' ? 2 * VALUE_BINS : Math.max(2, classes);
}
