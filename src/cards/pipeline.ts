import type { Action, Card, Fact, Step, Tone } from '../core/card.ts';
import { figure, span } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import { currentStep, failedStep, inRun, type Pipeline, type StepState } from '../core/pipeline.ts';
import type { State } from '../core/ports/replies.ts';
import { FINAL, type Run } from '../core/ports/runs.ts';
import type { Outcome, Subject } from '../core/reply.ts';
import { lineOf, titleOf } from './pipeline-words.ts';
import { startedBy } from './retraining-words.ts';

export const pipelineSubject = ({ id }: Pick<Pipeline, 'id'>): Subject => `pipeline:${id}`;

/** The one message of a pipeline, in any state. `run`: that of its attempt, if it has one. */
export function pipelineState(pipeline: Pipeline, run: Run | undefined): State {
  return {
    card: pipelineCard(pipeline, run),
    outcome: outcomeOf(pipeline),
    data: toJson({ pipeline }),
  };
}

function pipelineCard(pipeline: Pipeline, run: Run | undefined): Card {
  const { steps, id } = pipeline;
  const done = steps.filter(({ status }) => status === 'done').length;
  const current = currentStep(pipeline);
  const why = whyOf(pipeline);
  return {
    title: headOf(pipeline, current),
    tone: toneOf(pipeline, current),
    ...(why !== undefined && { text: why }),
    facts: factsOf(pipeline),
    plan: {
      title: `${done} of ${steps.length} steps done`,
      steps: steps.map((step, at) => ({
        title: lineOf(step, pipeline, run) + afterWords(step, at, steps),
        status: SHOWN[step.status],
      })),
    },
    actions: actionsOf(pipeline, current, run),
    footer: id,
  };
}

/** Why it ended, or will fail. */
function whyOf({ steps, end }: Pipeline): string | undefined {
  const failed = failedStep({ steps });
  if (end) return (failed ?? steps.find((step) => step.why !== undefined))?.why;
  return failed && `${titleOf(failed.name)} failed. What does not come after it goes on.`;
}

/** One that waits for people has begun; one that was skipped will not. */
const SHOWN: Record<StepState['status'], Step['status']> = {
  ...{ pending: 'pending', running: 'running', waiting: 'running' },
  ...{ done: 'done', failed: 'failed', skipped: 'pending' },
};

function headOf({ model, made, end, to, steps }: Pipeline, current: StepState | undefined): string {
  const name = made.version === undefined ? model : `${model} v${made.version}`;
  const at = atWords(steps, (end && failedStep({ steps })) ?? current);
  if (end?.kind === 'failed') return `The pipeline of ${model} failed: ${at}`;
  if (end?.kind === 'stopped') return `The pipeline of ${model} does not propose ${name}`;
  if (end)
    return steps.some((step) => step.name === 'rollout')
      ? `The pipeline of ${model} is done: v${made.version ?? '?'} is live in ${to}`
      : `The pipeline of ${model} is done`;
  if (current?.status === 'waiting')
    return `The pipeline of ${model} waits: ${(current.why ?? at).replace(/[.]$/, '')}`;
  return `The pipeline of ${model} is at: ${at}`;
}

/** In a graph with branches, what a step comes after, where that is not the one above it. */
function afterWords({ after = [] }: StepState, at: number, steps: readonly StepState[]): string {
  const isUsual = after.length === 0 || (after.length === 1 && after[0] === steps[at - 1]?.name);
  return isUsual ? '' : ` (after ${after.map(titleOf).join(' and ')})`;
}

/** Where it is: of several branches, all that are at work. */
function atWords(steps: readonly StepState[], first: StepState | undefined): string {
  const active = steps.filter(({ status }) => status === 'running');
  const at = first?.status === 'running' && active.length > 1 ? active : first ? [first] : [];
  return at.map(({ name }) => titleOf(name)).join(', ');
}

function toneOf({ end, steps }: Pipeline, current: StepState | undefined): Tone {
  if (end) return ({ done: 'success', failed: 'danger', stopped: 'note' } as const)[end.kind];
  if (failedStep({ steps })) return 'warning';
  return current?.status === 'waiting' ? 'note' : 'progress';
}

function outcomeOf({ end }: Pipeline): Outcome {
  return end ? ({ done: 'done', failed: 'failed', stopped: 'done' } as const)[end.kind] : 'pending';
}

function factsOf({
  requestedBy,
  trigger,
  window,
  parameters,
  to,
  made,
  restarted,
}: Pipeline): Fact[] {
  const changed = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [
    { label: 'Requested by', value: requestedBy },
    ...(trigger ? [{ label: 'Started by', value: startedBy(trigger) }] : []),
    ...(restarted
      ? [{ label: 'Restarted', value: `from ${titleOf(restarted.from)}, by ${restarted.by}` }]
      : []),
    { label: 'Data', value: span(window) },
    ...(changed.length > 0 ? [{ label: 'Parameters', value: changed.join(', ') }] : []),
    { label: 'For', value: to },
    ...(made.approval === undefined ? [] : [{ label: 'Request', value: made.approval }]),
  ];
}

function actionsOf(
  { id, model, made, end, steps }: Pipeline,
  current: StepState | undefined,
  run: Run | undefined,
): Action[] {
  const isRunning = run && !FINAL.includes(run.status);
  if (!end)
    return [
      ...(isRunning ? [{ label: 'Cancel', command: 'cancel', argument: run.id }] : []),
      ...(made.approval === undefined
        ? []
        : [{ label: 'Show the request', command: 'approvals', argument: made.approval }]),
    ];
  const failed = failedStep({ steps }) ?? current;
  if (end.kind !== 'failed' || !failed) return [];
  const from = failed.name === 'rollout' ? 'promote' : failed.name;
  return [
    {
      ...{ label: `Restart from: ${titleOf(from)}`, command: 'pipeline' },
      argument: `${model} --restart ${from} --id ${id}`,
    },
    ...(run && (inRun(failed.name) || failed.program)
      ? [{ label: 'Show the log', command: 'logs', argument: run.id }]
      : []),
  ];
}

/** A model that no pipeline has run for. */
export function noPipelineCard(model: string, steps: readonly string[]): Card {
  return {
    title: `No pipeline of ${model} has run yet`,
    tone: 'note',
    text: `It has ${figure(steps.length)} steps: ${steps.map(titleOf).join(', ')}.`,
    actions: [{ label: 'Run it', command: 'pipeline', argument: `${model} --run` }],
  };
}
