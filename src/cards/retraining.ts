import type { Card } from '../core/card.ts';
import { figure, moment, span } from '../core/figures.ts';
import { deriveId } from '../core/ids.ts';
import { toJson } from '../core/json.ts';
import type { ModelSpec } from '../core/model.ts';
import type { State } from '../core/ports/replies.ts';
import type { Run } from '../core/ports/runs.ts';
import type { Subject } from '../core/reply.ts';
import type { RetrainPolicy } from '../core/retrain-policy.ts';
import type {
  Retraining,
  RetrainOutcome,
  RetrainRuling,
  TriggerRuling,
} from '../core/retraining.ts';
import { metricOf } from '../tasks/words.ts';
import {
  coolDownInWords,
  measuredInWords,
  rulingInWords,
  statusInWords,
  triggerInWords,
} from './retraining-words.ts';

/** One message for each trigger and reason. */
export const heldSubject = (model: string, key: string, why: string): Subject =>
  `retraining:${deriveId('held', model, key, why)}`;

/** A trigger is met while automation is on hold. */
export function heldState(
  model: string,
  { trigger, since }: { trigger: TriggerRuling; since: number },
  why: string,
): State {
  return {
    card: {
      title: `A training of ${model} waits: ${why}`,
      tone: 'note',
      text: `Its trigger is ${triggerInWords(trigger, since)}. It goes on by itself when that is over, and is not mentioned again until then.`,
      actions: [{ label: 'Show the policy', command: 'policy', argument: model }],
    },
    outcome: 'done',
    data: toJson({ model, trigger, why }),
  };
}

type Named = Pick<ModelSpec, 'task' | 'evaluation'> & Partial<Pick<ModelSpec, 'unit'>>;

interface Concluded {
  run: Pick<Run, 'model'>;
  policy: RetrainPolicy;
  spec: Named;
}

/** What became of a training that the policy started, for the thread of its message. */
export function concludedCard(
  outcome: RetrainOutcome,
  { run: { model }, policy: { owner, to }, spec }: Concluded,
): Card {
  const name = 'version' in outcome ? `${model} v${outcome.version}` : model;
  const [metric = ''] = spec.evaluation.primary;
  switch (outcome.kind) {
    case 'proposed': {
      const gain =
        outcome.gain === undefined
          ? ''
          : ` ${gainInWords(outcome.gain, metric, spec)} than what is live.`;
      return {
        title: `The policy requested the promotion of ${name} to ${to}`,
        tone: 'success',
        text: `In the name of ${owner}, who owns the policy and cannot approve it.${gain}`,
        footer: outcome.approval,
      };
    }
    case 'too little gain':
      return {
        title: `The policy does not propose ${name}: it gains too little`,
        tone: 'note',
        text: `${gainInWords(outcome.gain, outcome.metric, spec)} than v${outcome.champion}, on rows that neither was trained on.`,
        actions: propose(model, outcome.version, to),
      };
    case 'not proposed':
      return {
        title: `The policy does not propose ${name}`,
        tone: 'warning',
        text: outcome.why,
        actions: propose(model, outcome.version, to),
      };
    case 'nothing':
      return {
        title: `The policy leaves it at ${name}`,
        tone: 'note',
        text: 'It proposes nothing for this trigger.',
        actions: propose(model, outcome.version, to),
      };
    case 'failed':
      return { title: `The training of ${model} failed`, tone: 'warning' };
  }
}

const propose = (model: string, version: number, to: string) => [
  { label: 'Request promotion', command: 'promote', argument: `${model} ${version} --to ${to}` },
];

function gainInWords(gain: number, metric: string, spec: Named): string {
  const { words, unit } = metricOf(metric, spec);
  const amount = `${figure(Math.abs(gain))}${unit === undefined ? '' : ` ${unit}`}`;
  return gain >= 0 ? `${words} is ${amount} better` : `${words} is ${amount} worse`;
}

interface Shown {
  policy: RetrainPolicy;
  ruling: RetrainRuling;
  since: number;
  /** Newest last. */
  trainings: readonly Retraining[];
  spent: { trainings: number; minutes: number };
}

/** The retraining policy of a model, and what it would do now. */
export function policyCard(model: string, shown: Shown): Card {
  const { policy, ruling, since, trainings, spent } = shown;
  const { owner, to, budget } = policy;
  const minutes =
    budget.minutes === undefined
      ? ''
      : `, ${figure(Math.round(spent.minutes))} of ${figure(budget.minutes)} minutes`;
  const last = trainings.at(-1);
  return {
    title: `Retraining policy of ${model}`,
    tone: ruling.train ? 'progress' : 'note',
    text: rulingInWords(ruling),
    facts: [
      { label: 'Owner', value: owner },
      { label: 'Proposes for', value: to },
      {
        label: 'Spent in seven days',
        value: `${spent.trainings} of ${budget.trainings} trainings${minutes}`,
      },
      ...(last ? [{ label: 'Last training', value: lastInWords(last) }] : []),
    ],
    table: {
      columns: ['Trigger', 'Now', 'Status', 'Cool-down', 'Least gain', 'Result'],
      rows: policy.triggers.map((trigger, at) => {
        const one = ruling.triggers[at];
        return [
          trigger.on,
          one ? measuredInWords(one, since) : '–',
          one ? statusInWords(one) : '–',
          coolDownInWords(trigger.coolDownMs),
          figure(trigger.minGain),
          trigger.result,
        ];
      }),
    },
  };
}

function lastInWords({ run, at, window, outcome }: Retraining): string {
  const result = outcome ? outcome.kind : 'in progress';
  return `${run}, ${moment(at)} UTC, on ${span(window)}: ${result}`;
}

/** A model without a policy. */
export function noPolicyCard(model: string): Card {
  return {
    title: `${model} has no retraining policy`,
    tone: 'note',
    text: 'Only people train it. A policy is declared under "retrain" in wheelhouse.yaml.',
  };
}
