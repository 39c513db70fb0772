import { defineJob } from '../src/core/job.ts';
import { pipelineSteps } from './declared/index.ts';
import { type MeasureParts, measureVersion } from './steps/measure-version.ts';
import { failStep, performStep, type StepParts } from './steps/pipeline/perform.ts';
import { inRunOf } from './steps/pipeline/run-of.ts';

type Parts = StepParts & MeasureParts;

/** Evaluates the version on the days after its window. Each version is evaluated once, whatever asked for it. */
export const pipelineEvaluate = defineJob({
  ...pipelineSteps.evaluate,

  run: (payload, needs: Parts, signal) =>
    performStep('evaluate', payload, needs, {
      async run(at) {
        const { model, made } = at.pipeline;
        const version = await needs.versions.resolve(model, String(made.version));
        if (await needs.versions.evaluation(version.id))
          return { made: {}, ...(!at.again && { reused: version.id }) };
        return inRunOf(at, needs, signal, async (run, follow, limited) => {
          await measureVersion(run, version, follow, needs, limited);
          return { made: {} };
        });
      },
    }),

  failed: (payload, error, needs: Parts) => failStep('evaluate', payload, error, needs),
});
