import type { Window } from './model.ts';
import type { RetrainTrigger, TriggerName } from './retrain-policy.ts';

/** What started a training, with every figure that decided it. Plain JSON. */
export interface Trigger {
  on: TriggerName;
  /** What triggered it: the same key is the same training. */
  key: string;
  /** The newest version at that time. */
  since: number;
  /** What was measured, and the threshold, if there is one. */
  figure?: number;
  threshold?: number;
  unit?: 'rows' | 'days';
  /** The alert, the arrival or the probe. */
  about?: string;
  /** When the schedule was due. */
  due?: string;
  minGain: number;
  result: RetrainTrigger['result'];
  /** Of the last seven days, before this training. */
  spent: { trainings: number; minutes: number };
  budget: { trainings: number; minutes?: number };
}

/** What became of a training that the policy started. */
export type RetrainOutcome =
  | { kind: 'failed' }
  | { kind: 'nothing'; version: number }
  | { kind: 'proposed'; version: number; approval: string; gain?: number }
  | { kind: 'too little gain'; version: number; champion: number; gain: number; metric: string }
  | { kind: 'not proposed'; version: number; why: string };

export interface Retraining {
  run: string;
  /** The pipeline it goes through; those of earlier releases have none. */
  pipeline?: string;
  at: Date;
  trigger: Trigger;
  window: Window;
  /** Its run is stored, queued and posted. */
  begun?: true;
  /** From the start of its run to its end; set with the outcome. */
  minutes?: number;
  outcome?: RetrainOutcome;
}

/** What of a trigger is known now. */
export interface Measured extends Pick<Trigger, 'figure' | 'threshold' | 'unit' | 'about' | 'due'> {
  /** Set if it is met. */
  key?: string;
  /** When it can be met at the earliest, if that is known. */
  next?: Date;
}

/** One trigger, as it is now. */
export interface TriggerRuling extends Measured {
  on: RetrainTrigger['on'];
  /** `tried`: the policy has trained for this already, whatever came of it. */
  status: 'met' | 'not met' | 'cooling down' | 'tried';
  /** For `cooling down`: until then. */
  until?: Date;
}

/** Why the policy does not train. */
export type Waiting =
  | { why: 'no version' }
  | { why: 'in progress'; run: string }
  | { why: 'no trigger' }
  | { why: 'cooling down' }
  | { why: 'held'; words: string }
  | { why: 'budget'; of: 'trainings' | 'minutes' }
  | { why: 'same data'; version: number };

export type RetrainRuling = { triggers: TriggerRuling[] } & (
  | { train: true; trigger: Trigger }
  | { train: false; waits: Waiting; until?: Date | undefined }
);

export const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** Trainings of the policy that count for its budget at `now`. */
export function inBudgetWeek(trainings: readonly Retraining[], now: Date): Retraining[] {
  return trainings.filter(({ at }) => now.getTime() - at.getTime() < WEEK_MS);
}

/** When a training no longer counts for the budget. */
export const leavesBudget = ({ at }: Pick<Retraining, 'at'>): Date =>
  new Date(at.getTime() + WEEK_MS);

const MINUTE_MS = 60_000;

interface Limited {
  trigger?: Trigger;
  startedAt?: Date;
}

/**
 * How long a run of the policy may take from its start to the end of its evaluation, in milliseconds: what the budget
 * of minutes had left when it was decided on. Undefined if nothing limits it.
 */
export function timeLimitOf({ trigger }: Limited): number | undefined {
  if (trigger?.budget.minutes === undefined) return undefined;
  return Math.max(0, trigger.budget.minutes - trigger.spent.minutes) * MINUTE_MS;
}

/** What of its time limit a run has left. */
export function timeLeftOf(run: Limited, now: Date): number | undefined {
  const limit = timeLimitOf(run);
  if (limit === undefined) return undefined;
  return limit - (now.getTime() - (run.startedAt ?? now).getTime());
}
