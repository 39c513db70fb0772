import type { ModelSpec } from '../../../src/core/model.ts';
import type { Pipeline } from '../../../src/core/pipeline.ts';
import type { Needs } from '../../../src/core/world.ts';
import { heldWords } from '../retrain-facts.ts';

/** Why a pipeline that no person started may not act now, as a sentence. */
export async function heldFor(
  { pipeline, spec }: { pipeline: Pipeline; spec: ModelSpec },
  needs: Needs<'endpoints' | 'freezes' | 'clock'>,
): Promise<string | undefined> {
  if (pipeline.automation === undefined) return undefined;
  const held = await heldWords(spec, pipeline, needs);
  return held === undefined ? undefined : `${held}.`;
}
