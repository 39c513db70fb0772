import { pipelineState, pipelineSubject } from '../../../src/cards/pipeline.ts';
import { toJson } from '../../../src/core/json.ts';
import type { ModelSpec } from '../../../src/core/model.ts';
import type { Pipeline } from '../../../src/core/pipeline.ts';
import type { PipelineDraft } from '../../../src/core/ports/pipelines.ts';
import type { Needs } from '../../../src/core/world.ts';
import { queueSteps } from './queue.ts';

export type StartParts = Needs<'pipelines' | 'audit' | 'replies' | 'jobs'>;

/** Stores, records, posts and queues a pipeline. May be repeated from any point. */
export async function startPipeline(
  draft: PipelineDraft,
  spec: ModelSpec,
  via: string,
  needs: StartParts,
): Promise<Pipeline> {
  const pipeline = await needs.pipelines.create(draft);
  const { id, model, to, requestedBy, automation, trigger, window } = pipeline;
  await needs.audit.append({
    ...{ id: `start-${id}`, by: trigger ? 'wheelhouse' : requestedBy, action: 'pipeline.start' },
    ...{ subject: id, model, environment: to, via },
    after: toJson({
      trigger,
      window,
      requestedBy,
      automation,
      steps: draft.steps.map(({ name }) => name),
    }),
  });
  // The state is only used if the message has none yet: a worker may have begun.
  for (const home of spec.homes)
    await needs.replies.open(pipelineSubject(pipeline), home, pipelineState(pipeline, undefined));
  if (!pipeline.end) await queueSteps(pipeline, needs);
  return pipeline;
}
