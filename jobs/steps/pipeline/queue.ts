import { graphOf, isOpen, type Pipeline, type StepState } from '../../../src/core/pipeline.ts';
import { behind, treesOf } from '../../../src/core/pipeline-graph.ts';
import { linkOf } from '../../../src/core/ports/jobs.ts';
import type { Needs } from '../../../src/core/world.ts';
import { pipelineSteps } from '../../declared/index.ts';

/** Everything but a rollout, which people and the gateway decide. */
export const isJob = ({ name }: Pick<StepState, 'name'>): boolean => name !== 'rollout';

const jobOf = ({ name, program }: StepState) => {
  if (program) return pipelineSteps.program;
  for (const [kind, job] of Object.entries(pipelineSteps)) if (kind === name) return job;
  throw new Error(`there is no job for the step "${name}"`);
};

/**
 * Queues what of a pipeline is left and can be: see `treesOf`. Steps that are queued stay as they are.
 * @param held a step that is left out, with those that come after it
 */
export async function queueSteps(
  pipeline: Pipeline,
  { jobs }: Needs<'jobs'>,
  held?: string,
): Promise<void> {
  const { id, attempt, steps, automation } = pipeline;
  const graph = graphOf(steps);
  const late = held === undefined ? new Set() : behind(graph, held);
  const left = graph.filter((step) => isOpen(step) && isJob(step) && !late.has(step.name));
  const linkTo = (name: string) => {
    const step = left.find((one) => one.name === name);
    if (!step) throw new Error(`${id} has no step "${name}" left`);
    return linkOf(jobOf(step), {
      ...{ pipeline: id, attempt },
      ...(step.program && { step: name }),
      ...(automation !== undefined && { automatic: true }),
    });
  };
  for (const tree of treesOf(left))
    await jobs.chain(
      tree.map(({ name, parent }) => ({
        ...linkTo(name),
        ...(parent !== undefined && { before: keyOf(linkTo(parent)) }),
      })),
    );
}

const keyOf = ({ name, once }: { name: string; once: string }): string => `${name}-${once}`;
