import type { Action, Card, Fact, Step } from '../core/card.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { duration, moment } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import {
  pauseId,
  type RolloutEnd,
  type RolloutJudgement,
  type RolloutState,
  type RolloutStep,
  stepOf,
} from '../core/rollout.ts';
import { causesInWords, signalRow } from './rollout-signals.ts';

export const rolloutSubject = ({ deployment }: { deployment: string }): Subject =>
  `rollout:${deployment}`;

const stepInWords = ({ weight, shadow }: RolloutStep): string =>
  weight === 100 ? 'all requests' : shadow ? 'in shadow' : `${weight}% of requests`;

interface Shown extends Endpoint {
  rollout: RolloutState;
  /** The number of the stable version; undefined if it is not known any more. */
  stable: number | undefined;
  judgement: RolloutJudgement;
  /** Copies in shadow that were not sent. */
  dropped: number;
  now: Date;
}

/** The one message of a rollout, as long as it goes on. */
export function rolloutState(shown: Shown): State {
  const { model, environment, rollout, judgement, now } = shown;
  const step = stepOf(rollout);
  const { paused } = rollout;
  const card: Card = {
    title: `${model} v${rollout.version} in ${environment}: ${stepInWords(step)}${paused ? ', paused' : ''}`,
    tone: paused ? 'warning' : 'progress',
    text: textOf(shown),
    facts: factsOf(shown),
    ...tableOf(judgement),
    steps: stepsOf(rollout),
    progress: {
      // In twentieths, so that the message is not edited for nothing.
      share: Math.min(
        1,
        Math.floor((20 * (now.getTime() - rollout.since.getTime())) / Math.max(1, step.forMs)) / 20,
      ),
      words: `step ${rollout.step + 1} of ${rollout.steps.length}`,
    },
    actions: actionsOf(shown),
    footer: rollout.deployment,
  };
  return { card, outcome: 'pending', data: toJson({ rollout, judgement }) };
}

function textOf({ model, environment, rollout, judgement, stable }: Shown): string {
  const { paused, accepted } = rollout;
  const step = stepOf(rollout);
  const version = stable === undefined ? 'the stable version' : `v${stable}`;
  if (paused?.asks)
    return `It paused itself: ${paused.why}. /resume ${model} --in ${environment} goes on, /abort ${model} --in ${environment} --reason "…" ends it. It is still rolled back if it proves to be worse.`;
  if (paused)
    return `Paused by ${paused.by}: ${paused.why}. It is still rolled back if it proves to be worse.`;
  if (step.weight === 100) return `It replaces ${version} now.`;
  if (accepted !== undefined) return `${accepted} accepted that this step cannot tell.`;
  if (judgement.result === 'pass') return `Not worse than ${version} so far.`;
  return `Compared with ${version}; it cannot be told yet.`;
}

function factsOf({ rollout, stable, dropped }: Shown): Fact[] {
  const { forMs } = stepOf(rollout);
  const until = new Date(rollout.since.getTime() + forMs);
  return [
    { label: 'Stable', value: stable === undefined ? 'unknown' : `v${stable}` },
    { label: 'Requested by', value: rollout.by },
    ...(forMs > 0 ? [{ label: 'Until', value: `${moment(until)} UTC` }] : []),
    ...(dropped > 0 ? [{ label: 'Copies not sent', value: dropped.toLocaleString('en-GB') }] : []),
  ];
}

function tableOf({ signals }: RolloutJudgement): Pick<Card, 'table'> {
  const measured = signals.filter(({ status }) => status !== 'not measured');
  if (measured.length === 0) return {};
  return {
    table: {
      caption: 'Challenger compared with the stable version',
      columns: ['', 'Difference', 'Interval', 'Limit', 'Verdict'],
      rows: measured.map(signalRow),
    },
  };
}

function stepsOf({ steps, step }: Pick<RolloutState, 'steps' | 'step'>): Step[] {
  return steps.map((one, at) => ({
    title: one.weight === 100 ? 'all requests' : `${stepInWords(one)} for ${duration(one.forMs)}`,
    status: at < step ? 'done' : at === step ? 'running' : 'pending',
  }));
}

function actionsOf({ model, environment, rollout }: Shown): Action[] {
  const place = `${model} --in ${environment}`;
  const argument = `${place} --rollout ${rollout.deployment}`;
  const pause = pauseId(rollout);
  return [
    pause === undefined
      ? { label: 'Pause', command: 'pause', argument }
      : { label: 'Resume', command: 'resume', argument: `${place} --pause ${pause}` },
    {
      ...{ label: 'Abort', command: 'abort', style: 'danger' },
      argument: `${argument} --reason "stopped by a button"`,
      confirm: `Abort the rollout of v${rollout.version}? The stable version answers all requests again.`,
    },
  ];
}

/** How a rollout ended. */
export function rolloutEnded(
  { model, environment }: Endpoint,
  ended: RolloutEnd,
  judgement: RolloutJudgement,
  stable: number | undefined,
): State {
  const name = `${model} v${ended.version}`;
  const back = stable === undefined ? 'the stable version' : `v${stable}`;
  const took = duration(ended.at.getTime() - ended.began.getTime());
  const heads: Record<RolloutEnd['outcome'], Pick<Card, 'title' | 'tone' | 'text'>> = {
    promoted: {
      title: `${name} answers all requests in ${environment}`,
      tone: 'success',
      text: `It went through ${ended.steps.length} steps in ${took}.`,
    },
    failed: {
      title: `${name} was rolled back in ${environment}`,
      tone: 'danger',
      text: `${ended.why}. ${back} answers all requests.`,
    },
    aborted: {
      title: `The rollout of ${name} in ${environment} was aborted`,
      tone: 'warning',
      text: `${back} answers all requests.`,
    },
    replaced: {
      title: `The rollout of ${name} in ${environment} ended`,
      tone: 'note',
      text: 'Another version went live in the meantime.',
    },
  };
  const card: Card = {
    ...heads[ended.outcome],
    facts: [
      { label: 'Ended by', value: ended.by },
      { label: 'Reason', value: ended.why },
      { label: 'At', value: stepInWords(stepOf(ended)) },
    ],
    ...tableOf(judgement),
    footer: ended.deployment,
  };
  const outcome = ended.outcome === 'promoted' ? 'done' : 'failed';
  return { card, outcome, data: toJson({ ended, judgement }) };
}

/** Why the analysis ended a rollout, or why it asks; without a full stop. */
export const rolloutCause = (judgement: RolloutJudgement): string =>
  causesInWords(judgement.causes);
