import { TITLES } from '../../../src/cards/pipeline-words.ts';
import { automationOf } from '../../../src/core/agents.ts';
import type { Asking } from '../../../src/core/command.ts';
import { Refused } from '../../../src/core/errors.ts';
import type { ModelSpec, Window } from '../../../src/core/model.ts';
import {
  currentStep,
  type Pipeline,
  type StepState,
  withStep,
} from '../../../src/core/pipeline.ts';
import type { PipelineSpec, StepName } from '../../../src/core/pipeline-spec.ts';
import type { AuditDraft } from '../../../src/core/ports/audit.ts';
import type { PipelineDraft } from '../../../src/core/ports/pipelines.ts';
import type { Needs } from '../../../src/core/world.ts';
import { ended } from './perform.ts';
import { queueSteps } from './queue.ts';
import { showPipeline } from './show.ts';
import type { StartParts } from './start.ts';

export type RestartParts = StartParts & Needs<'people' | 'runs' | 'clock'>;

type By = Pick<Asking, 'id' | 'by' | 'from' | 'proposed'>;

const actorOf = ({ by, proposed }: By) => ({
  requestedBy: proposed?.owner ?? by.id,
  ...(proposed && { automation: automationOf(proposed.agent) }),
});

/** A pipeline that a person asked for, with the default parameters. */
export function pipelineFrom(
  id: string,
  { name: model, parameters }: ModelSpec,
  { steps, to, minGain, reuse }: PipelineSpec,
  window: Window,
  by: By,
): PipelineDraft {
  return {
    ...{ id, model, window, to, reuse, ...actorOf(by) },
    ...(minGain !== undefined && { minGain }),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
    ),
    steps: steps.map((name): StepState => ({ name, status: 'pending' })),
  };
}

/**
 * Runs a pipeline that has ended again from a step, in the name of whoever asks. What was done before it stays. Two who
 * press at once restart it once.
 * @throws Refused if it has not ended, or has not come as far
 */
export async function restartPipeline(
  { id, model, to }: Pipeline,
  from: StepName,
  needs: RestartParts,
  by: By,
): Promise<Pipeline> {
  const restarted = { from, by: by.by.id };
  const now = needs.clock.now();
  const recordOf = (attempt: number): AuditDraft => ({
    ...{ id: `restart-${id}-${attempt}`, by: by.by.id, action: 'pipeline.restart' },
    ...{ subject: id, model, environment: to, via: by.from.platform },
    after: { from, attempt },
  });
  const after = await needs.pipelines.change(id, (seen) => {
    if (!seen.end) throw new Refused(stillAt(seen), { next: `/pipeline ${model} shows it.` });
    return {
      ...{ steps: stepsFrom(seen, from), attempt: seen.attempt + 1, restarted, seenAt: now },
      ...{ end: null, automation: null, ...actorOf(by) },
      ...{ made: madeBefore(seen, from), event: recordOf(seen.attempt + 1) },
    };
  });
  await needs.audit.append(recordOf(after.attempt));
  await queueSteps(after, needs);
  await showPipeline(id, needs);
  return after;
}

const stillAt = (seen: Pipeline): string => {
  const current = currentStep(seen);
  const at = current ? ` It is at: ${TITLES[current.name]}.` : '';
  return `${seen.id} has not ended, so it was not restarted.${at}`;
};

function stepsFrom({ id, steps, model }: Pipeline, from: StepName): StepState[] {
  const at = steps.findIndex(({ name }) => name === from);
  if (at < 0)
    throw new Refused(`${id} has no step "${from}", so it was not restarted.`, {
      next: `Its steps are ${steps.map(({ name }) => name).join(', ')}.`,
    });
  const missing = steps.slice(0, at).find(({ status }) => status !== 'done');
  if (missing)
    throw new Refused(`${id} has not come as far as that, so it was not restarted.`, {
      next: `/pipeline ${model} --restart ${missing.name} restarts it from where it is.`,
    });
  return steps.map((step, index) =>
    index < at ? step : { name: step.name, status: 'pending' as const },
  );
}

/** What is made again from a step on is not known any more. */
function madeBefore({ made }: Pipeline, from: StepName): Pipeline['made'] {
  const { arrivals, dataset, inspection, version, gain } = made;
  const order: [StepName, Pipeline['made']][] = [
    ['check', { ...(arrivals && { arrivals }) }],
    ['prepare', { ...(dataset && { dataset }), ...(inspection && { inspection }) }],
    ['train', { ...(version !== undefined && { version }) }],
    ['evaluate', {}],
    ['compare', { ...(gain && { gain }) }],
  ];
  const at = order.findIndex(([name]) => name === from);
  const kept = at < 0 ? order : order.slice(0, at);
  return Object.assign({}, ...kept.map(([, part]) => part));
}

/** What could not be queued ends at the step it is at, so that it does not begin later without anybody's knowledge. */
export async function endUnqueued(
  id: string,
  why: string,
  needs: Pick<RestartParts, 'pipelines' | 'runs' | 'replies' | 'clock'>,
): Promise<void> {
  const at = needs.clock.now();
  await needs.pipelines.change(id, (seen) => {
    const current = currentStep(seen);
    if (seen.end || current?.status !== 'pending') return undefined;
    const steps = withStep(seen.steps, current.name, { status: 'failed', why, finishedAt: at });
    return { steps: ended(steps), end: { kind: 'failed', at } };
  });
  await showPipeline(id, needs);
}
