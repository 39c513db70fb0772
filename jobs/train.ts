import { Refused } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { Version } from '../src/core/ports/versions.ts';
import type { Needs } from '../src/core/world.ts';
import { evaluate, train as trainJob } from './declared/index.ts';
import { admitModel } from './steps/admit-model.ts';
import { type Follower, failRun, followRun, showEnd } from './steps/follow-run.ts';
import { logFailure } from './steps/log-failure.ts';
import { describeRuntime } from './steps/runtime.ts';

type Parts = Needs<
  | 'runs'
  | 'replies'
  | 'models'
  | 'programs'
  | 'datasets'
  | 'runFolders'
  | 'artifacts'
  | 'versions'
  | 'jobs'
  | 'audit'
  | 'clock'
>;

/** Data, program, artifact, version; then the scales have it. */
export const train = defineJob({
  ...trainJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) return showEnd(await needs.runs.get(id), needs);
    const version =
      (await needs.versions.ofRun(id)) ??
      (await followRun(run, needs, (follow) => trainOnce(run, follow, needs, signal)));
    await needs.audit.append({
      id: `version-${version.id}`,
      by: run.requestedBy,
      action: 'version.register',
      subject: version.id,
      model: run.model,
      via: 'queue',
      after: { artifact: version.artifact.sha256, dataset: version.dataset.sha256, run: run.id },
    });
    await needs.jobs.enqueue(evaluate, { run: id });
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
  const spec = needs.models.get(run.model);
  await follow.say('preparing the data', 0.02);
  const data = await needs.datasets.prepare({ spec, run: run.id, window: run.window, signal });
  await needs.runs.warn(run.id, data.inspection.warnings);
  const folder = await needs.runFolders.create(run.id, 'train');
  const { window, parameters } = run;
  const { name: model, features, label, nullCategory: null_category } = spec;
  const result = await needs.programs.run({
    argv: spec.programs.train,
    folder: spec.folder,
    runDir: folder,
    request: {
      ...{ run: run.id, model, window, parameters, features, label, null_category },
      data: data.path,
    },
    timeoutMs: spec.training.timeoutMinutes * 60_000,
    signal,
    onProgress: (share, message) => void follow.say(message, 0.1 + 0.7 * share),
  });
  const path = result.artifacts['model'];
  if (!path)
    throw new Refused(`The training program of ${model} succeeded, but reported no model.`, {
      next: 'It must report an artifact called "model": docs/training-contract.md says how.',
    });
  const { artifact, warnings } = await admitModel({ path, spec, rows: data.inspection }, needs);
  await needs.runs.warn(run.id, warnings);
  const { code, runtime } = await describeRuntime(spec.folder);
  const version = await needs.versions.register({
    model,
    run: run.id,
    artifact,
    dataset: data.fingerprint,
    parameters,
    code,
    runtime,
    reported: result.metrics,
    createdBy: run.requestedBy,
  });
  await needs.runFolders.clear(folder);
  return version;
}
