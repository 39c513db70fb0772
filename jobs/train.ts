import { defineJob } from '../src/core/job.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { Version } from '../src/core/ports/versions.ts';
import type { Needs } from '../src/core/world.ts';
import { evaluate, train as trainJob } from './declared/index.ts';
import { endTrained, type TrainedParts } from './steps/end-trained.ts';
import { endExecution } from './steps/execute.ts';
import { type Follower, failRun, followRun, showEnd } from './steps/follow-run.ts';
import { importVersion } from './steps/import-version.ts';
import { logFailure } from './steps/log-failure.ts';
import { type MeasureParts, measureVersion } from './steps/measure-version.ts';
import { showWaiting } from './steps/show-waiting.ts';
import { withinLimit } from './steps/time-limit.ts';
import { prepareRows, recordVersion, type TrainParts, trainOn } from './steps/train-version.ts';

type Parts = TrainParts &
  MeasureParts &
  TrainedParts &
  Needs<'jobs' | 'audit' | 'backlog' | 'tracking'>;

/** Data, program, artifact, version; then the evaluation is queued. */
export const train = defineJob({
  ...trainJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) {
      const over = await needs.runs.get(id);
      await endExecution(over, needs);
      return showEnd(over, needs);
    }
    await showWaiting(needs);
    const version =
      (await needs.versions.ofRun(id)) ??
      (await followRun(run, needs, (follow) =>
        withinLimit(run, needs, signal, (limited) => trainOnce(run, follow, needs, limited)),
      ));
    await recordVersion(version, needs);
    if (version.run !== id) return endAsKnown(run, version, needs, signal);
    await needs.jobs.enqueue(evaluate, { run: id, ...(run.trigger && { automatic: true }) });
  },

  async failed({ run }, error, needs: Parts) {
    await logFailure(run, error, needs);
    await failRun(run, error, needs);
    await endExecution(await needs.runs.get(run), needs);
  },
});

async function trainOnce(
  run: Run,
  follow: Follower,
  needs: Parts,
  signal: AbortSignal,
): Promise<Version> {
  const { imports } = run;
  if (imports) return importVersion({ ...run, imports }, follow, needs, signal);
  const rows = async () => {
    const { fingerprint, inspection } = await prepareRows(run, follow, needs, signal);
    return { dataset: fingerprint, inspection };
  };
  return trainOn(run, rows, follow, needs, signal);
}

/** What is imported again is registered already, and evaluated now if that failed. */
async function endAsKnown(
  run: Run,
  version: Version,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { window } = version.dataset;
  const evaluation =
    (await needs.versions.evaluation(version.id)) ??
    (await followRun(run, needs, (follow) =>
      measureVersion({ ...run, window }, version, follow, needs, signal),
    ));
  await endTrained(run.id, version, evaluation, needs);
}
