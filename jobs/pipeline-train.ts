import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { pipelineSteps } from './declared/index.ts';
import { failStep, performStep, type StepAt, type StepParts } from './steps/pipeline/perform.ts';
import { inRunOf } from './steps/pipeline/run-of.ts';
import { describeRuntime } from './steps/runtime.ts';
import { recordVersion, type TrainParts, trainOn } from './steps/train-version.ts';

type Parts = StepParts & TrainParts & Needs<'audit'>;

/** Trains on the prepared rows, and registers the version. */
export const pipelineTrain = defineJob({
  ...pipelineSteps.train,

  run: (payload, needs: Parts, signal) =>
    performStep('train', payload, needs, {
      inputs: (at) => inputsOf(at, needs),
      async recall(_at, { made: { version } }) {
        return version === undefined ? undefined : { version };
      },
      run: (at) =>
        inRunOf(at, needs, signal, async (run, follow, limited) => {
          const { dataset, inspection } = at.pipeline.made;
          if (!dataset || !inspection) throw new Error(`${at.pipeline.id} has prepared no rows`);
          const version =
            (await needs.versions.ofRun(run.id)) ??
            (await trainOn(run, async () => ({ dataset, inspection }), follow, needs, limited));
          await recordVersion(version, needs);
          return { made: { version: version.number } };
        }),
    }),

  failed: (payload, error, needs: Parts) => failStep('train', payload, error, needs),
});

async function inputsOf({ spec, pipeline: { parameters, made } }: StepAt, needs: Parts) {
  const { features, label, task, nullCategory, programs } = spec;
  const { runtime, software } = await describeRuntime(spec, needs);
  return {
    ...{ features, label, task: task.name, nullCategory, runtime, software, parameters },
    ...{ program: programs.train, rows: made.dataset?.sha256, classes: made.inspection?.classes },
  };
}
