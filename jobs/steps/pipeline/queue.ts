import { currentStep, type Pipeline } from '../../../src/core/pipeline.ts';
import type { StepName } from '../../../src/core/pipeline-spec.ts';
import { linkOf } from '../../../src/core/ports/jobs.ts';
import type { Needs } from '../../../src/core/world.ts';
import { type JobStep, pipelineSteps } from '../../declared/index.ts';

export const isJob = (step: StepName): step is JobStep => Object.hasOwn(pipelineSteps, step);

/** Queues the step that a pipeline is at, and those after it that are jobs. Those that are queued stay as they are. */
export async function queueSteps(pipeline: Pipeline, { jobs }: Needs<'jobs'>): Promise<void> {
  const { id, attempt, steps, automation } = pipeline;
  const current = currentStep(pipeline);
  const left = current ? steps.slice(steps.indexOf(current)) : [];
  const payload = { pipeline: id, attempt, ...(automation !== undefined && { automatic: true }) };
  await jobs.chain(
    left.flatMap(({ name }) => (isJob(name) ? [linkOf(pipelineSteps[name], payload)] : [])),
  );
}
