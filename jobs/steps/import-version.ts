import { canonical, sha256 } from '../../src/core/canonical.ts';
import { NotFound, Refused } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { ForeignModel } from '../../src/core/ports/tracking.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { TRAINING_STEPS } from '../../src/core/training-steps.ts';
import type { Needs } from '../../src/core/world.ts';
import { admit } from '../../src/onnx/admit.ts';
import { asOneFile, filesBeside } from '../../src/onnx/inline.ts';
import { Malformed } from '../../src/onnx/wire.ts';
import type { Follower } from './follow-run.ts';
import { prepareRows, type TrainParts } from './train-version.ts';

type Parts = TrainParts & Needs<'tracking'>;

/**
 * Registers a version of another registry, with its lineage. Its rows are those of the run's window, by the dataset
 * program of the model: what is told apart later is told apart from them. The same version is registered once.
 */
export async function importVersion(
  run: Run & { imports: NonNullable<Run['imports']> },
  follow: Follower,
  needs: Parts,
  signal: AbortSignal,
): Promise<Version> {
  const { tracking, versions, models, artifacts, runs } = needs;
  const { reference } = run.imports;
  const found = await tracking.find(reference, signal);
  await refuseOurs(found, run.model, needs);
  const key = sha256(canonical([run.model, found.origin.server, found.identity]));
  const known = await versions.ofImport(key);
  if (known) return known;
  // First: the time for all requests runs, and the rows may take longer.
  await follow.say(`fetching ${reference} from MLflow`, TRAINING_STEPS.data.from);
  const bytes = await oneFileOf(found);
  const { fingerprint, inspection } = await prepareRows(run, follow, needs, signal);
  const spec = { ...models.get(run.model), classes: inspection.classes };
  const warnings = admit(bytes, spec, inspection.notWhole);
  const artifact = await artifacts.putBytes(bytes);
  await runs.warn(run.id, [
    ...warnings,
    'MLflow does not record on which days it was trained. If it has seen the held-out days, it looks better than it is.',
  ]);
  return versions.register({
    ...{ model: spec.name, run: run.id, artifact, dataset: fingerprint, parameters: {} },
    task: spec.task.name,
    ...(spec.classes && { classes: spec.classes }),
    // Of whatever repository its run names: it is never taken for a commit of this workspace.
    code: { revision: found.origin.commit ?? 'unknown', dirty: true },
    ...{ runtime: {}, reported: {}, createdBy: run.requestedBy },
    imported: { ...found.origin, key },
  });
}

/** What was exported from here is registered already. */
async function refuseOurs(
  { ours, origin }: ForeignModel,
  model: string,
  { versions }: Parts,
): Promise<void> {
  if (!ours) return;
  const version = await versions.numbered(model, ours.number).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
  });
  // Anybody can write a tag: the file decides.
  if (version?.artifact.sha256 !== ours.artifact) return;
  throw new Refused(
    `${origin.name}/${origin.version} of MLflow was exported from here: it is ${model} v${ours.number}. Nothing was imported.`,
  );
}

/** `mlflow.onnx.log_model` puts large values beside the model. */
async function oneFileOf(found: ForeignModel): Promise<Uint8Array> {
  const bytes = await found.file();
  try {
    const files = new Map<string, Uint8Array>();
    for (const name of filesBeside(bytes)) files.set(name, await found.beside(name));
    return asOneFile(bytes, files);
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    throw new Refused(`The model cannot be made one file: ${cause.message}.`, { cause });
  }
}
