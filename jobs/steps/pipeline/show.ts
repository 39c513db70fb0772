import { pipelineState, pipelineSubject } from '../../../src/cards/pipeline.ts';
import { NotFound } from '../../../src/core/errors.ts';
import { type Pipeline, runOfPipeline } from '../../../src/core/pipeline.ts';
import type { Run } from '../../../src/core/ports/runs.ts';
import type { Needs } from '../../../src/core/world.ts';

/** Shows a pipeline as it is now. */
export async function showPipeline(
  id: string,
  needs: Needs<'pipelines' | 'runs' | 'replies'>,
): Promise<void> {
  let shown: Pipeline | undefined;
  // Its state may change between the reading and the writing: the last one must be shown last.
  for (;;) {
    const pipeline = await needs.pipelines.get(id);
    if (pipeline.revision === shown?.revision) return;
    const state = pipelineState(pipeline, await runNow(pipeline, needs));
    await needs.replies.show(pipelineSubject(pipeline), state);
    shown = pipeline;
  }
}

/** The run of its attempt; undefined before it has one. */
export async function runNow(
  { id, attempt }: Pick<Pipeline, 'id' | 'attempt'>,
  { runs }: Needs<'runs'>,
): Promise<Run | undefined> {
  return runs.get(runOfPipeline(id, attempt)).catch((error: unknown) => {
    if (error instanceof NotFound) return undefined;
    throw error;
  });
}
