import { z } from 'zod';
import { NEEDS, PIPELINE_STEPS, type PipelineSpec } from '../src/core/pipeline-spec.ts';
import { type Fault, fieldsOf } from './faults.ts';

/** What a version of a model goes through from new data to its rollout. */
export const PipelineFile = z.strictObject({
  steps: z
    .array(z.enum(PIPELINE_STEPS))
    .min(1)
    .default([...PIPELINE_STEPS]),
  /** Default: the first environment. */
  to: z.string().optional(),
  min_gain: z.number().min(0).optional(),
  reuse: z.boolean().default(true),
});

/** All its keys, for suggestions. */
export const PIPELINE_KEYS: readonly string[] = Object.keys(PipelineFile.shape);

/** @param first the first environment */
export function pipelineOf(
  { steps, to, min_gain: minGain, reuse }: z.output<typeof PipelineFile>,
  first: string,
): PipelineSpec {
  return {
    // Whatever the order in which they are written.
    steps: PIPELINE_STEPS.filter((step) => steps.includes(step)),
    ...{ to: to ?? first, reuse },
    ...(minGain !== undefined && { minGain }),
  };
}

/** What contradicts itself in a model's `pipeline`, as written. */
export function pipelineFaults(pipeline: unknown, environments: readonly string[]): Fault[] {
  const { steps, to } = fieldsOf(pipeline);
  const faults: Fault[] = [];
  if (typeof to === 'string' && !environments.includes(to))
    faults.push({ path: ['pipeline', 'to'], words: `unknown environment "${to}"` });
  if (!Array.isArray(steps)) return faults;
  for (const step of PIPELINE_STEPS) {
    const missing = NEEDS[step].find((needed) => !steps.includes(needed));
    if (steps.includes(step) && missing !== undefined)
      faults.push({ path: ['pipeline', 'steps'], words: `"${step}" needs "${missing}"` });
    if (steps.filter((one) => one === step).length > 1)
      faults.push({ path: ['pipeline', 'steps'], words: `"${step}" is written twice` });
  }
  return faults;
}
