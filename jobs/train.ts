import { defineJob } from '../src/core/job.ts';
import type { ModelSpec } from '../src/core/model.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { Version } from '../src/core/ports/versions.ts';
import { shareOfProgram, TRAINING_STEPS } from '../src/core/training-steps.ts';
import type { Needs } from '../src/core/world.ts';
import { runTraining } from '../src/training/run-training.ts';
import { evaluate, train as trainJob } from './declared/index.ts';
import { admitModel, admitPredictions } from './steps/admit-model.ts';
import { type Follower, failRun, followRun, showEnd } from './steps/follow-run.ts';
import { logFailure } from './steps/log-failure.ts';
import { describeRuntime } from './steps/runtime.ts';
import { withinLimit } from './steps/time-limit.ts';

type Parts = Needs<
  | 'runs'
  | 'replies'
  | 'models'
  | 'programs'
  | 'datasets'
  | 'runFolders'
  | 'artifacts'
  | 'scorer'
  | 'versions'
  | 'jobs'
  | 'audit'
  | 'clock'
>;

/** Data, program, artifact, version; then the evaluation is queued. */
export const train = defineJob({
  ...trainJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) return showEnd(await needs.runs.get(id), needs);
    const version =
      (await needs.versions.ofRun(id)) ??
      (await followRun(run, needs, (follow) =>
        withinLimit(run, needs, signal, (limited) => trainOnce(run, follow, needs, limited)),
      ));
    await needs.audit.append({
      id: `version-${version.id}`,
      by: run.requestedBy,
      action: 'version.register',
      subject: version.id,
      model: run.model,
      via: 'queue',
      after: { artifact: version.artifact.sha256, dataset: version.dataset.sha256, run: run.id },
    });
    await needs.jobs.enqueue(evaluate, { run: id, ...(run.trigger && { automatic: true }) });
  },

  async failed({ run }, error, needs: Parts) {
    await logFailure(run, error, needs);
    await failRun(run, error, needs);
  },
});

async function trainOnce(
  run: Run,
  follow: Follower,
  needs: Parts,
  signal: AbortSignal,
): Promise<Version> {
  const declared = needs.models.get(run.model);
  const known = declared.classes ?? (await learntClasses(declared, needs));
  await follow.say('preparing the data', TRAINING_STEPS.data.from);
  const data = await needs.datasets.prepare({
    spec: { ...declared, classes: known },
    ...{ run: run.id, window: run.window, signal },
  });
  const { classes } = data.inspection;
  const spec = { ...declared, classes };
  await needs.runs.warn(run.id, data.inspection.warnings);
  // Before the program reads them: files may change while it runs.
  const described = await describeRuntime(spec, needs);
  const folder = await needs.runFolders.create(run.id, 'train');
  const { window, parameters } = run;
  const { path, predictions, metrics } = await runTraining(
    {
      ...{ spec, run: run.id, window, parameters, data: data.path, runDir: folder, signal },
      onProgress: (share, message) => void follow.say(message, shareOfProgram(share)),
    },
    needs.programs,
  );
  const { artifact, warnings } = await admitModel({ path, spec, rows: data.inspection }, needs);
  await needs.runs.warn(run.id, warnings);
  const own =
    predictions === undefined
      ? undefined
      : await admitPredictions({ path: predictions, spec, rows: data.inspection }, needs);
  const version = await needs.versions.register({
    model: spec.name,
    run: run.id,
    artifact,
    dataset: data.fingerprint,
    parameters,
    task: spec.task.name,
    ...(classes && { classes }),
    ...described,
    reported: metrics,
    ...(own && { predictions: own }),
    createdBy: run.requestedBy,
  });
  await needs.runFolders.clear(folder);
  return version;
}

/** For undeclared classes: those that the first training found, so that versions can be compared. */
async function learntClasses(
  { name, task }: ModelSpec,
  { versions }: Parts,
): Promise<readonly string[] | undefined> {
  if (task.label.kind !== 'class') return undefined;
  const [newest] = await versions.list(name, 1);
  return newest?.task === task.name ? newest.classes : undefined;
}
