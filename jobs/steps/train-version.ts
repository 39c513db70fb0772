import type { PreparedTraining } from '../../src/core/engine.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Prepared } from '../../src/core/ports/programs.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { TRAINING_STEPS } from '../../src/core/training-steps.ts';
import type { Needs } from '../../src/core/world.ts';
import { admitModel, admitPredictions } from './admit-model.ts';
import {
  clearExecution,
  type ExecuteParts,
  execute,
  newExecution,
  openExecution,
} from './execute.ts';
import type { Follower } from './follow-run.ts';

export type TrainParts = ExecuteParts & Needs<'scorer' | 'versions'>;

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

/** Trains on prepared rows, or goes on with an execution that did, and registers the version. */
export async function trainOn(
  run: Run,
  rows: () => Promise<Pick<PreparedTraining, 'dataset' | 'inspection'>>,
  follow: Follower,
  needs: TrainParts,
  signal: AbortSignal,
): Promise<Version> {
  const execution = openExecution(run) ?? (await newExecution(run, await rows(), needs));
  const { dataset, inspection, described } = execution.prepared;
  const spec = { ...needs.models.get(run.model), classes: inspection.classes };
  const made = await execute(execution, { run, spec }, follow, needs, signal);
  const { artifact, warnings } = await admitModel(
    { path: made.path, spec, rows: inspection },
    needs,
  );
  await needs.runs.warn(run.id, warnings);
  const own =
    made.predictions === undefined
      ? undefined
      : await admitPredictions({ path: made.predictions, spec, rows: inspection }, needs);
  const version = await needs.versions.register({
    model: spec.name,
    run: run.id,
    artifact,
    dataset,
    parameters: run.parameters,
    task: spec.task.name,
    ...(spec.classes && { classes: spec.classes }),
    ...described,
    reported: made.metrics,
    ...(own && { predictions: own }),
    createdBy: run.requestedBy,
  });
  // It is registered, whatever is left: that is removed when the run is over.
  await clearExecution(run.id, execution, needs).catch(() => undefined);
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

export async function recordVersion(version: Version, { audit }: Needs<'audit'>): Promise<void> {
  const { imported } = version;
  await audit.append({
    id: `version-${version.id}`,
    by: version.createdBy,
    action: 'version.register',
    subject: version.id,
    model: version.model,
    via: 'queue',
    after: {
      ...{ artifact: version.artifact.sha256, dataset: version.dataset.sha256, run: version.run },
      ...(imported && {
        imported: `${imported.name}/${imported.version} of ${imported.server}`,
      }),
    },
  });
}
