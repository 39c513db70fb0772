import { titleOf } from '../../../src/cards/pipeline-words.ts';
import { automationOf } from '../../../src/core/agents.ts';
import type { Asking } from '../../../src/core/command.ts';
import { Refused } from '../../../src/core/errors.ts';
import type { ModelSpec, Window } from '../../../src/core/model.ts';
import {
  currentStep,
  graphOf,
  type Pipeline,
  pendingSteps,
  reset,
  type StepState,
  skipped,
  withStep,
} from '../../../src/core/pipeline.ts';
import { beforeIt, behind } from '../../../src/core/pipeline-graph.ts';
import type { PipelineSpec } from '../../../src/core/pipeline-spec.ts';
import type { AuditDraft } from '../../../src/core/ports/audit.ts';
import type { PipelineDraft } from '../../../src/core/ports/pipelines.ts';
import type { Needs } from '../../../src/core/world.ts';
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
    steps: pendingSteps(steps),
  };
}

/**
 * Runs a pipeline that has ended again from a step, in the name of whoever asks. What was done before it stays. Two who
 * press at once restart it once.
 * @throws Refused if it has not ended, or has not come as far
 */
export async function restartPipeline(
  { id, model, to }: Pipeline,
  from: string,
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
    const again = stepsAgain(seen, from);
    return {
      ...{ steps: reset(seen.steps, again), attempt: seen.attempt + 1, restarted, seenAt: now },
      ...{ end: null, automation: null, ...actorOf(by) },
      ...{ made: madeBefore(seen, again), event: recordOf(seen.attempt + 1) },
    };
  });
  await needs.audit.append(recordOf(after.attempt));
  await queueSteps(after, needs);
  await showPipeline(id, needs);
  return after;
}

const stillAt = (seen: Pipeline): string => {
  const current = currentStep(seen);
  const at = current ? ` It is at: ${titleOf(current.name)}.` : '';
  return `${seen.id} has not ended, so it was not restarted.${at}`;
};

/** What is done again: the step and what comes after it, and what failed or was left out in other branches. */
function stepsAgain({ id, steps, model }: Pipeline, from: string): string[] {
  if (!steps.some(({ name }) => name === from))
    throw new Refused(`${id} has no step "${from}", so it was not restarted.`, {
      next: `Its steps are ${steps.map(({ name }) => name).join(', ')}.`,
    });
  const earlier = beforeIt(graphOf(steps), from);
  const missing = steps.find(({ name, status }) => earlier.has(name) && status !== 'done');
  if (missing)
    throw new Refused(`${id} has not come as far as that, so it was not restarted.`, {
      next: `/pipeline ${model} --restart ${missing.name} restarts it from where it is.`,
    });
  const after = behind(graphOf(steps), from);
  const isAgain = ({ name, status }: StepState) => after.has(name) || status !== 'done';
  const rollsOut = steps.some((step) => step.name === 'rollout' && isAgain(step));
  return steps
    .filter((step) => isAgain(step) || (rollsOut && step.name === 'promote'))
    .map(({ name }) => name);
}

/** What is made again is not known any more. A rollout needs a request of its own. */
function madeBefore({ made }: Pipeline, steps: readonly string[]): Pipeline['made'] {
  const { arrivals, dataset, inspection, version, gain, approval } = made;
  const again = new Set(steps);
  return {
    ...(!again.has('check') && arrivals && { arrivals }),
    ...(!again.has('prepare') && {
      ...(dataset && { dataset }),
      ...(inspection && { inspection }),
    }),
    ...(!again.has('train') && version !== undefined && { version }),
    ...(!again.has('compare') && gain && { gain }),
    ...(!again.has('promote') && approval !== undefined && { approval }),
  };
}

/**
 * What could not be queued ends at the step it is at, so that it does not begin later without anybody's knowledge.
 * @returns whether it is ended
 */
export async function endUnqueued(
  id: string,
  why: string,
  needs: Pick<RestartParts, 'pipelines' | 'runs' | 'replies' | 'clock'>,
): Promise<boolean> {
  const at = needs.clock.now();
  await needs.pipelines.change(id, (seen) => {
    const current = currentStep(seen);
    if (seen.end || current?.status !== 'pending') return undefined;
    const steps = withStep(seen.steps, current.name, { status: 'failed', why, finishedAt: at });
    return { steps: skipped(steps), end: { kind: 'failed', at } };
  });
  await showPipeline(id, needs);
  return (await needs.pipelines.get(id)).end?.kind === 'failed';
}
