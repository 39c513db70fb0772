import type { ModelSpec } from '../../src/core/model.ts';
import type { Inspection, Prepared } from '../../src/core/ports/programs.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { DatasetFingerprint, Version } from '../../src/core/ports/versions.ts';
import { shareOfProgram, TRAINING_STEPS } from '../../src/core/training-steps.ts';
import type { Needs } from '../../src/core/world.ts';
import { runTraining } from '../../src/training/run-training.ts';
import { admitModel, admitPredictions } from './admit-model.ts';
import type { Follower } from './follow-run.ts';
import { describeRuntime } from './runtime.ts';

export type TrainParts = Needs<
  'runs' | 'models' | 'programs' | 'datasets' | 'runFolders' | 'artifacts' | 'scorer' | 'versions'
>;

/** Lets the dataset program write the rows of a run's window, and stores them. */
export async function prepareRows(
  run: Run,
  follow: Follower,
  needs: TrainParts,
  signal: AbortSignal,
): Promise<Prepared> {
  const declared = needs.models.get(run.model);
  const classes = declared.classes ?? (await learntClasses(declared, needs));
  await follow.say('preparing the data', TRAINING_STEPS.data.from);
  const data = await needs.datasets.prepare({
    spec: { ...declared, classes },
    ...{ run: run.id, window: run.window, signal },
  });
  await needs.runs.warn(run.id, data.inspection.warnings);
  return data;
}

interface Rows {
  path: string;
  dataset: DatasetFingerprint;
  inspection: Inspection;
}

/** Trains on prepared rows, and registers the version. */
export async function trainOn(
  run: Run,
  { path: data, dataset, inspection }: Rows,
  follow: Follower,
  needs: TrainParts,
  signal: AbortSignal,
): Promise<Version> {
  const { classes } = inspection;
  const spec = { ...needs.models.get(run.model), classes };
  // Before the program reads them: files may change while it runs.
  const described = await describeRuntime(spec, needs);
  const folder = await needs.runFolders.create(run.id, 'train');
  const { window, parameters } = run;
  const { path, predictions, metrics } = await runTraining(
    {
      ...{ spec, run: run.id, window, parameters, data, runDir: folder, signal },
      onProgress: (share, message) => void follow.say(message, shareOfProgram(share)),
    },
    needs.programs,
  );
  const { artifact, warnings } = await admitModel({ path, spec, rows: inspection }, needs);
  await needs.runs.warn(run.id, warnings);
  const own =
    predictions === undefined
      ? undefined
      : await admitPredictions({ path: predictions, spec, rows: inspection }, needs);
  const version = await needs.versions.register({
    model: spec.name,
    run: run.id,
    artifact,
    dataset,
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
  { versions }: TrainParts,
): Promise<readonly string[] | undefined> {
  if (task.label.kind !== 'class') return undefined;
  const [newest] = await versions.list(name, 1);
  return newest?.task === task.name ? newest.classes : undefined;
}

export async function recordVersion(
  version: Version,
  run: Run,
  { audit }: Needs<'audit'>,
): Promise<void> {
  await audit.append({
    id: `version-${version.id}`,
    by: run.requestedBy,
    action: 'version.register',
    subject: version.id,
    model: run.model,
    via: 'queue',
    after: { artifact: version.artifact.sha256, dataset: version.dataset.sha256, run: run.id },
  });
}
