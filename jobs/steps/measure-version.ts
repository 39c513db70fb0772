import { agreementWarnings } from '../../src/cards/agreement.ts';
import { asTrained } from '../../src/core/as-trained.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Evaluation, Version } from '../../src/core/ports/versions.ts';
import { TRAINING_STEPS } from '../../src/core/training-steps.ts';
import type { Needs } from '../../src/core/world.ts';
import { agreementIn } from '../../src/evaluation/agreement.ts';
import { reportOn } from '../../src/evaluation/report/index.ts';
import { buildEvaluatedRows } from '../../src/monitoring/estimate/evaluated-rows.ts';
import {
  answerColumns,
  buildReference,
  readReference,
} from '../../src/monitoring/profile/reference.ts';
import { buildReferenceWindows } from '../../src/monitoring/profile/reference-windows.ts';
import { heldOut } from '../../src/training/windows.ts';
import { definedOnly } from './defined.ts';
import type { Follower } from './follow-run.ts';
import { trainerAgreement } from './trainer-agreement.ts';

export type MeasureParts = Needs<
  'runs' | 'models' | 'datasets' | 'runFolders' | 'scorer' | 'artifacts' | 'versions' | 'clock'
>;

/**
 * Wheelhouse's own evaluation, with the same artifact that would be served, on the days right after the
 * training window.
 */
export async function measureVersion(
  run: Run,
  version: Version,
  follow: Follower,
  needs: MeasureParts,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { datasets, scorer, artifacts, versions, clock } = needs;
  const spec = asTrained(needs.models.get(run.model), version);
  await follow.say('evaluating it on days it has not seen', TRAINING_STEPS.evaluate.from);
  const unseen = await datasets.prepare({
    spec,
    run: run.id,
    window: heldOut(spec, run.window),
    signal,
  });
  await needs.runs.warn(
    run.id,
    unseen.inspection.warnings.map((warning) => `Held-out days: ${warning}`),
  );
  const { classes = [] } = spec;
  const rows = await scorer.read(unseen.path, spec);
  const answers = await scorer.score(version.artifact.sha256, rows, spec, {
    ...{ name: `${version.model} v${version.number}`, signal },
  });
  await follow.say('storing the reference for the monitors', TRAINING_STEPS.reference.from);
  const seen = await datasets.open(version.dataset);
  const training = await scorer.read(seen.path, spec);
  const bytes = buildReference(spec, training, answers, rows);
  const reference = await artifacts.putBytes(bytes);
  const { features: inputs, answers: outputs } = readReference(bytes);
  const hourly = buildReferenceWindows({ ...inputs, ...outputs }, [
    { window: version.dataset.window, times: training.times ?? [], columns: training.features },
    {
      window: unseen.fingerprint.window,
      times: rows.times ?? [],
      columns: answerColumns(spec, answers),
    },
  ]);
  const weighable = buildEvaluatedRows(spec, { features: inputs, answers: outputs }, rows, answers);
  const windows = hourly && (await artifacts.putBytes(hourly));
  const found = await trainerAgreement(version, training, spec, needs, signal);
  const agreement = found && 'differences' in found ? agreementIn(found.differences) : undefined;
  if (found) await needs.runs.warn(run.id, agreementWarnings(found, answers));
  const kept = weighable && (await artifacts.putBytes(weighable));
  const evaluation: Evaluation = {
    version: version.id,
    dataset: unseen.fingerprint,
    metrics: definedOnly(spec.task.measure({ labels: rows.labels, answers, classes })),
    report: reportOn({
      ...{ task: spec.task, classes, features: spec.features, rows, answers },
      cost: spec.evaluation.cost,
    }),
    ...(spec.unit !== undefined && { unit: spec.unit }),
    ...(agreement && { agreement }),
    reference: reference.sha256,
    ...(windows && { windows: windows.sha256 }),
    ...(kept && { rows: kept.sha256 }),
    at: clock.now(),
  };
  await versions.addEvaluation(evaluation);
  return evaluation;
}
