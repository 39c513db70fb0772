import { NotFound, Refused } from '../../../src/core/errors.ts';
import type { TrainerFigure, TrainingEvidence } from '../../../src/core/gate.ts';
import { metricName } from '../../../src/core/metrics.ts';
import type { ModelSpec, Window } from '../../../src/core/model.ts';
import type { Columns } from '../../../src/core/ports/programs.ts';
import type { Evaluation, Version } from '../../../src/core/ports/versions.ts';
import type { Needs } from '../../../src/core/world.ts';

const DAY_MS = 86_400_000;

/** The rows that a version was trained on; undefined if they are gone or cannot be read. */
export async function trainingRows(
  { dataset }: Version,
  spec: ModelSpec,
  { datasets, scorer }: Needs<'datasets' | 'scorer'>,
): Promise<Columns | undefined> {
  try {
    const { path } = await datasets.open(dataset);
    return await scorer.read(path, spec);
  } catch (error) {
    if (error instanceof NotFound || error instanceof Refused) return undefined;
    throw error;
  }
}

const daysOf = ({ from, to }: Window): number => (to.getTime() - from.getTime()) / DAY_MS;

/** The version before a version, if there is one. */
export async function versionBefore(
  version: Version,
  { versions }: Needs<'versions'>,
): Promise<Version | undefined> {
  return (await versions.list(version.model))
    .filter(({ number }) => number < version.number)
    .toSorted((a, b) => b.number - a.number)[0];
}

/** What the rows of a window are like, beside those of the version before. Pure. */
export function trainingEvidence(
  { labels, features }: Columns,
  window: Window,
  { task, classes = [] }: ModelSpec,
  previous: Version | undefined,
): TrainingEvidence {
  const rows = labels.length;
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row += 1) {
    const label = labels[row] ?? Number.NaN;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const named = ([label, count]: [number, number]) => [classes[label] ?? String(label), count];
  // A class without any row is as rare as can be.
  const known = classes.length > 0 ? classes.map((_, at) => at) : (task.label.values ?? []);
  for (const label of known) counts.set(label, counts.get(label) ?? 0);
  const isFew = task.label.kind === 'class' || task.label.values !== undefined;
  const nullShare = (column: readonly unknown[]) =>
    column.filter((value) => value === null || Number.isNaN(value)).length / Math.max(1, rows);
  return {
    ...{ rows, days: daysOf(window) },
    nulls: Object.fromEntries(
      Object.entries(features).map(([name, column]) => [name, nullShare(column)]),
    ),
    ...(isFew && { labels: Object.fromEntries([...counts].map(named)) }),
    distinctLabels: [...counts.values()].filter((count) => count > 0).length,
    ...(previous && {
      previous: {
        ...{ version: previous.number, rows: previous.dataset.rows },
        days: daysOf(previous.dataset.window),
      },
    }),
  };
}

const ON_TRAINING = /^(train|training)_/;
const ON_HELD_OUT = /^(test|val|valid|validation|eval|holdout|heldout|held_out)_/;

/**
 * The metrics that the training program reported and that we measure too: `train_auc` on the rows of its training
 * window, `auc` or `test_auc` on the held-out days.
 */
export async function trainerFigures(
  version: Pick<Version, 'model' | 'artifact' | 'reported'> & { number?: number },
  evaluation: Pick<Evaluation, 'metrics'> | undefined,
  training: Columns | undefined,
  spec: ModelSpec,
  { scorer }: Needs<'scorer'>,
  signal: AbortSignal,
): Promise<TrainerFigure[]> {
  const { task, classes = [] } = spec;
  const known = new Set(task.metrics(classes).map(({ name }) => name));
  const reported = Object.entries(version.reported).flatMap(([name, value]) => {
    const on = ON_TRAINING.test(name) ? ('training' as const) : ('held-out' as const);
    const metric = metricName(name.replace(ON_TRAINING, '').replace(ON_HELD_OUT, ''));
    return known.has(metric) ? [{ name, metric, on, reported: value }] : [];
  });
  const onTraining = reported.some(({ on }) => on === 'training');
  const measured =
    onTraining && training
      ? task.measure({
          labels: training.labels,
          answers: await scorer.score(version.artifact.sha256, training, spec, {
            ...{ name: named(version), signal },
          }),
          classes,
        })
      : {};
  return reported.map((one) => ({
    ...one,
    measured: (one.on === 'training' ? measured : (evaluation?.metrics ?? {}))[one.metric],
  }));
}

const named = ({ model, number }: { model: string; number?: number }): string =>
  number === undefined ? model : `${model} v${number}`;
