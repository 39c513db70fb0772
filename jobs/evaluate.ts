import { defineJob } from '../src/core/job.ts';
import { evaluate as evaluateJob } from './declared/index.ts';
import { endTrained, type TrainedParts } from './steps/end-trained.ts';
import { failRun, followRun, showEnd } from './steps/follow-run.ts';
import { logFailure } from './steps/log-failure.ts';
import { type MeasureParts, measureVersion } from './steps/measure-version.ts';
import { withinLimit } from './steps/time-limit.ts';

type Parts = MeasureParts & TrainedParts;

/**
 * Wheelhouse's own evaluation, with the same artifact that would be served, on the days right after the
 * training window. The run is done only after this.
 */
export const evaluate = defineJob({
  ...evaluateJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.get(id);
    // Ended by a process that may have crashed before reporting it.
    if (run.status === 'failed' || run.status === 'cancelled') return showEnd(run, needs);
    const version = await needs.versions.ofRun(id);
    if (!version) throw new Error(`run ${id} has made no version that could be judged`);
    const known = await needs.versions.evaluation(version.id);
    const evaluation =
      known ??
      (await followRun(run, needs, (follow) =>
        withinLimit(run, needs, signal, (limited) =>
          measureVersion(run, version, follow, needs, limited),
        ),
      ));
    await endTrained(id, version, evaluation, needs);
  },

  async failed({ run }, error, needs: Parts) {
    await logFailure(run, error, needs);
    await failRun(run, error, needs);
  },
});
