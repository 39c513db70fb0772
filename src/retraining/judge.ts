import type { RetrainPolicy, RetrainTrigger } from '../core/retrain-policy.ts';
import {
  inBudgetWeek,
  leavesBudget,
  type Retraining,
  type RetrainRuling,
  type Trigger,
  type TriggerRuling,
  type Waiting,
} from '../core/retraining.ts';
import type { RetrainFacts } from './facts.ts';
import { measureTrigger } from './triggers.ts';

/**
 * Whether a model is to be trained now, which trigger decides, and otherwise what is waited for and until when.
 * Pure: the job asks it, the write that starts a training asks it again, and `/policy` shows its answer.
 */
export function judgeRetraining(
  facts: RetrainFacts,
  policy: RetrainPolicy,
  now: Date,
): RetrainRuling {
  const { newest } = facts;
  if (!newest) return { triggers: [], train: false, waits: { why: 'no version' } };
  const judged = policy.triggers.map((trigger) => ({
    trigger,
    ruling: rule(trigger, { ...facts, newest }, now),
  }));
  const triggers = judged.map(({ ruling }) => ruling);
  const wait = (waits: Waiting, until?: Date): RetrainRuling => ({
    ...{ triggers, train: false, waits },
    ...(until && { until }),
  });
  const busy = facts.running ?? facts.trainings.find(({ outcome }) => !outcome)?.run;
  if (busy !== undefined) return wait({ why: 'in progress', run: busy });
  const met = judged.find(({ ruling }) => ruling.status === 'met');
  if (!met) return idle(triggers, wait);
  if (facts.held !== undefined) return wait({ why: 'held', words: facts.held });
  const spending = spendingOf(facts, policy, now);
  if (spending.over) return wait({ why: 'budget', of: spending.over.of }, spending.over.until);
  const isSame = facts.window.to.getTime() === newest.window.to.getTime();
  if (isSame && facts.arrivals.length === 0)
    return wait({ why: 'same data', version: newest.version });
  const { spent } = spending;
  return { triggers, train: true, trigger: recordOf(met, newest.version, policy, spent) };
}

function idle(
  triggers: readonly TriggerRuling[],
  wait: (waits: Waiting, until?: Date) => RetrainRuling,
): RetrainRuling {
  const cooling = triggers.find(({ status }) => status === 'cooling down');
  if (cooling) return wait({ why: 'cooling down' }, cooling.until);
  const [next] = triggers
    .flatMap((one) => (one.next ? [one.next] : []))
    .toSorted((a, b) => a.getTime() - b.getTime());
  return wait({ why: 'no trigger' }, next);
}

function rule(
  trigger: RetrainTrigger,
  facts: RetrainFacts & { newest: NonNullable<RetrainFacts['newest']> },
  now: Date,
): TriggerRuling {
  const measured = measureTrigger(trigger, facts, now);
  const { on, coolDownMs } = trigger;
  if (measured.key === undefined) return { on, status: 'not met', ...measured };
  const { key } = measured;
  if (facts.trainings.some(({ trigger: done }) => done.on === on && done.key === key))
    return { on, status: 'tried', ...measured };
  const last = facts.trainings.at(-1);
  const until = last && new Date(last.at.getTime() + coolDownMs);
  return until && until > now
    ? { on, status: 'cooling down', ...measured, until }
    : { on, status: 'met', ...measured };
}

/** What of the budget is spent. */
export function spentBy(trainings: readonly Retraining[], now: Date): Trigger['spent'] {
  const counted = inBudgetWeek(trainings, now);
  const minutes = counted.reduce((sum, one) => sum + (one.minutes ?? 0), 0);
  return { trainings: counted.length, minutes };
}

interface Spending {
  spent: Trigger['spent'];
  over?: { of: 'trainings' | 'minutes'; until: Date | undefined };
}

/** A training is only started if as long a one as the last ones fits into what is left, which is its time limit. */
function spendingOf(
  { trainings, expectedMinutes }: RetrainFacts,
  { budget }: RetrainPolicy,
  now: Date,
): Spending {
  const counted = inBudgetWeek(trainings, now);
  const spent = spentBy(trainings, now);
  const { minutes } = spent;
  if (counted.length >= budget.trainings) {
    const leaving = counted[counted.length - budget.trainings];
    return { spent, over: { of: 'trainings', until: leaving && leavesBudget(leaving) } };
  }
  const fits = (most: number): boolean => minutes < most && minutes + expectedMinutes <= most;
  if (budget.minutes === undefined || fits(budget.minutes)) return { spent };
  const excess = minutes + expectedMinutes - budget.minutes;
  return { spent, over: { of: 'minutes', until: freedBy(counted, excess) } };
}

/** When so many minutes no longer count; undefined if they never do. */
function freedBy(counted: readonly Retraining[], excess: number): Date | undefined {
  let freed = 0;
  for (const one of counted) {
    freed += one.minutes ?? 0;
    if (freed >= excess) return leavesBudget(one);
  }
  return undefined;
}

function recordOf(
  { trigger, ruling }: { trigger: RetrainTrigger; ruling: TriggerRuling },
  since: number,
  { budget }: RetrainPolicy,
  spent: Trigger['spent'],
): Trigger {
  const { status: _, until: __, next: ___, key = '', ...measured } = ruling;
  const { minGain, result } = trigger;
  const { trainings, minutes } = budget;
  return {
    ...{ ...measured, key, since, minGain, result, spent },
    budget: { trainings, ...(minutes !== undefined && { minutes }) },
  };
}
