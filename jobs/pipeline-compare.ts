import { tooLittleInWords } from '../src/cards/pipeline-words.ts';
import { asTrained } from '../src/core/as-trained.ts';
import { defineJob } from '../src/core/job.ts';
import type { Made } from '../src/core/pipeline.ts';
import type { Needs } from '../src/core/world.ts';
import { pipelineSteps } from './declared/index.ts';
import { againstChampion } from './steps/against-champion.ts';
import { dataReach } from './steps/data-reach.ts';
import { heldFor } from './steps/pipeline/held.ts';
import { failStep, performStep, type StepAt, type StepParts } from './steps/pipeline/perform.ts';
import { areRows, smokeRows } from './steps/smoke-test.ts';

type Parts = StepParts &
  Needs<
    | 'versions'
    | 'deployments'
    | 'datasets'
    | 'scorer'
    | 'profiles'
    | 'arrivals'
    | 'endpoints'
    | 'freezes'
  >;

/** Compares the version with the live one, and ends the pipeline if it gains too little. */
export const pipelineCompare = defineJob({
  ...pipelineSteps.compare,

  run: (payload, needs: Parts, signal) =>
    performStep('compare', payload, needs, {
      async inputs({ pipeline: { model, made, to } }) {
        const live = await needs.deployments.live(model, to);
        const newest = await dataReach(model, needs);
        return { challenger: made.version, champion: live?.version, newest };
      },
      async recall(at, { made: { gain } }) {
        // What ended an earlier pipeline ends this one too: it is judged again.
        return gain && !isTooLittle(gain, at) ? { gain } : undefined;
      },
      async run(at) {
        // It is only made when its result can be used: what is live may change until then.
        const held = await heldFor(at, needs);
        if (held !== undefined) return { made: {}, waits: held };
        const gain = await gainOf(at, needs, signal);
        if (!gain) return { made: {} };
        return isTooLittle(gain, at)
          ? { made: { gain }, stops: tooLittleInWords(gain, at.pipeline.minGain ?? 0) }
          : { made: { gain } };
      },
    }),

  failed: (payload, error, needs: Parts) => failStep('compare', payload, error, needs),
});

const isTooLittle = (
  { gain }: NonNullable<Made['gain']>,
  { pipeline: { minGain } }: StepAt,
): boolean => minGain !== undefined && gain < minGain;

/** In the first primary metric, positive if the new version is better; undefined if nothing is comparable. */
async function gainOf(
  { spec: declared, pipeline: { id, model, made, to } }: StepAt,
  needs: Parts,
  signal: AbortSignal,
): Promise<Made['gain']> {
  const live = await needs.deployments.live(model, to);
  if (!live || live.version === made.version) return undefined;
  const champion = await needs.versions.resolve(model, String(live.version));
  const challenger = await needs.versions.resolve(model, String(made.version));
  const spec = asTrained(declared, challenger);
  const rows = await smokeRows(await needs.versions.evaluation(challenger.id), spec, needs);
  if (!areRows(rows)) return undefined;
  const met = await againstChampion({ spec, run: id, champion, challenger, rows }, needs, signal);
  if ('unusable' in met) return undefined;
  const deciding = met.comparison.metrics.find(({ primary }) => primary);
  return deciding?.delta === undefined
    ? undefined
    : { gain: deciding.delta, champion: champion.number, metric: deciding.name };
}
