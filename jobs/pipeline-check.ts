import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { pipelineSteps } from './declared/index.ts';
import { failStep, performStep, type StepParts } from './steps/pipeline/perform.ts';

type Parts = StepParts & Needs<'arrivals'>;

/** More arrivals than any pipeline is about. */
const MOST = 10_000;

/**
 * What of the new data may be trained on, as each arrival was judged when it came: what is in quarantine or not judged
 * yet is left out.
 */
export const pipelineCheck = defineJob({
  ...pipelineSteps.check,

  run: (payload, needs: Parts) =>
    performStep('check', payload, needs, {
      async run({ spec: { name: model }, pipeline: { window } }) {
        const accepted = await needs.arrivals.list({ model, statuses: ['accepted'], limit: MOST });
        const used = accepted.filter(({ times }) => !times || times.to >= window.from);
        const left = (await needs.arrivals.excluded(model)).length;
        const rows = used.reduce((sum, arrival) => sum + arrival.rows, 0);
        return { made: { arrivals: { used: used.length, rows, left } } };
      },
    }),

  failed: (payload, error, needs: Parts) => failStep('check', payload, error, needs),
});
