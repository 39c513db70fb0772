import { duration, figure, moment } from '../core/figures.ts';
import type { RetrainRuling, Trigger, TriggerRuling, Waiting } from '../core/retraining.ts';

type Met = Pick<Trigger, 'on' | 'figure' | 'threshold' | 'unit' | 'about' | 'due'>;

/** What triggered a training, without a full stop: `12,400 new rows since v3 (threshold 10,000)`. */
export function triggerInWords(trigger: Met, since: number): string {
  const { figure: value = 0, threshold = 0, unit, about, due } = trigger;
  switch (trigger.on) {
    case 'data':
      return unit === 'days'
        ? `data of ${figure(value)} days after the training data of v${since} (threshold ${figure(threshold)})`
        : `${figure(value)} new rows since v${since} (threshold ${figure(threshold)})`;
    case 'drift':
      return `drift since v${since} was trained (${about ?? 'unknown'})`;
    case 'performance':
      return `a loss of performance since v${since} was trained (${about ?? 'unknown'})`;
    case 'probe':
      return `a probe in which a retrained model did better than v${since} (${about ?? 'unknown'})`;
    case 'schedule':
      return `its schedule, due ${due === undefined ? 'now' : `${moment(new Date(due))} UTC`}`;
  }
}

/** Who started a run, for its card. */
export const startedBy = (trigger: Trigger): string =>
  `the policy: ${triggerInWords(trigger, trigger.since)}`;

/** What a run of the policy may use, for its card. */
export const limitInWords = (ms: number): string =>
  `${duration(ms)}, which the policy's budget had left`;

/** Why a run of the policy was stopped, as a sentence. */
export function overLimitInWords(ms: number, { budget }: Pick<Trigger, 'budget'>): string {
  return `It was stopped after ${duration(ms)}: the policy's budget of ${figure(budget.minutes ?? 0)} minutes in seven days had no more left.`;
}

/** A trigger as it is now, for a cell of a table. */
export function measuredInWords(ruling: TriggerRuling, since: number): string {
  if (ruling.on === 'data' && ruling.figure !== undefined) return triggerInWords(ruling, since);
  if (ruling.status !== 'not met') return triggerInWords(ruling, since);
  const none = {
    ...{ data: 'no new data', drift: 'no drift', performance: 'no loss of performance' },
    ...{ probe: 'no probe with a better model' },
    schedule: ruling.next ? `next ${moment(ruling.next)} UTC` : 'not due',
  };
  return none[ruling.on];
}

export function statusInWords({ status, until }: TriggerRuling): string {
  if (status === 'tried') return 'trained for it already';
  return status === 'cooling down' && until ? `cooling down until ${moment(until)} UTC` : status;
}

/** What the policy would do now, as a sentence. */
export function rulingInWords(ruling: RetrainRuling): string {
  if (ruling.train)
    return `It would train now: ${triggerInWords(ruling.trigger, ruling.trigger.since)}.`;
  const until = ruling.until ? ` Until ${moment(ruling.until)} UTC at least.` : '';
  return `It waits: ${waitingInWords(ruling.waits)}.${until}`;
}

function waitingInWords(waits: Waiting): string {
  switch (waits.why) {
    case 'no version':
      return 'there is no version yet, and the first one is trained by a person';
    case 'in progress':
      return `${waits.run} is in progress`;
    case 'no trigger':
      return 'no trigger is met';
    case 'cooling down':
      return 'a trigger is met, and it is cooling down after the last training';
    case 'held':
      return waits.words;
    case 'budget':
      return `the budget of ${waits.of} of the last seven days does not allow another one`;
    case 'same data':
      return `there is no other data than v${waits.version} was trained on`;
  }
}

/** `24 h 0 min`, or `none`. */
export const coolDownInWords = (ms: number): string => (ms === 0 ? 'none' : duration(ms));
