import { NotFound } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { pipelineSteps } from './declared/index.ts';
import { failStep, performStep, type StepAt, type StepParts } from './steps/pipeline/perform.ts';
import { inRunOf } from './steps/pipeline/run-of.ts';
import { describeRuntime } from './steps/runtime.ts';
import { prepareRows, type TrainParts } from './steps/train-version.ts';

type Parts = StepParts & TrainParts & Needs<'arrivals'>;

/** More arrivals than any pipeline is about. */
const MOST = 10_000;

/** Lets the dataset program write the rows of the window, and stores them. */
export const pipelinePrepare = defineJob({
  ...pipelineSteps.prepare,

  run: (payload, needs: Parts, signal) =>
    performStep('prepare', payload, needs, {
      inputs: (at) => inputsOf(at, needs),
      async recall(_at, { made: { dataset, inspection } }) {
        if (!dataset || !inspection) return undefined;
        const isThere = await needs.datasets.open(dataset).catch(unlessGone);
        return isThere && { dataset, inspection };
      },
      run: (at) =>
        inRunOf(at, needs, signal, async (run, follow, limited) => {
          const { fingerprint, inspection } = await prepareRows(run, follow, needs, limited);
          return { made: { dataset: fingerprint, inspection } };
        }),
    }),

  failed: (payload, error, needs: Parts) => failStep('prepare', payload, error, needs),
});

/** Without declared sources, nobody knows what the dataset program reads. */
async function inputsOf({ spec, pipeline: { window } }: StepAt, needs: Parts) {
  const { name: model, data = [], features, label, task, classes, nullCategory, programs } = spec;
  if (data.length === 0) return undefined;
  const { runtime, software } = await describeRuntime(spec, needs);
  const accepted = await needs.arrivals.list({ model, statuses: ['accepted'], limit: MOST });
  return {
    ...{ window, features, label, task: task.name, classes, nullCategory, runtime, software },
    program: programs.dataset,
    arrivals: accepted.map(({ sha256 }) => sha256).toSorted(),
    excluded: (await needs.arrivals.excluded(model)).toSorted(),
  };
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
