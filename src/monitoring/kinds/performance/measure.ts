import { marginOf } from '../../../core/metrics.ts';
import type { FeatureSchema } from '../../../core/model.ts';
import type { LabelledColumns } from '../../../core/ports/predictions.ts';
import type { Judged } from '../../../core/task.ts';
import type { Answering } from '../../answers.ts';
import { readLabels } from '../../read-labels.ts';
import { slicesOf } from '../../slices.ts';
import { upperBound } from '../../statistics/bounded-mean.ts';
import { type WatchedMetric, watchedMetric } from '../../watched-metric.ts';
import type { PerformanceMeasurement, Risk } from './measurement.ts';
import type { PerformanceMonitor } from './settings.ts';

/** One-sided, of the bound on the loss at the evaluation. */
const ALPHA = 0.025;
/** The range of absolute errors that counts, if none is declared: so many times the mean at the evaluation. */
const TIMES = 10;

/** The figures of a window from the labels that are known. */
export function measureLabelled(
  found: LabelledColumns,
  { task, classes, evaluation }: Answering,
  monitor: PerformanceMonitor,
  schema: FeatureSchema,
): PerformanceMeasurement {
  const { rows, features } = readLabels(found, { task, classes });
  const labelled = rows.labels.length;
  const { positives } = task.composition(rows.labels, classes).figures;
  const measured = task.measure(rows);
  const metric = watchedMetric(task, monitor.settings.loss);
  const losses = metric && lossesOf(rows, metric, evaluation.metrics[metric.name], monitor);
  return {
    ...{ rows: found.predictions, labelled },
    ...(positives !== undefined && { positives }),
    metrics: task.metrics(classes).map(({ name, words }) => ({
      ...{ name, words },
      ...shown('value', measured[name]),
      ...shown('evaluated', evaluation.metrics[name]),
    })),
    ...(metric && losses && { risk: riskOf(metric, losses, evaluation.dataset.rows) }),
    slices: losses ? slicesOf(losses.values, features, schema, monitor.minRows) : [],
  };
}

const shown = (name: 'value' | 'evaluated', value: number | undefined) =>
  value === undefined ? {} : { [name]: value };

interface Losses {
  /** In units of `most`. */
  values: Float64Array;
  most: number;
  /** At the evaluation, in units of `most`. */
  evaluated: number;
}

/** Undefined if the metric was not measured at the evaluation. */
function lossesOf(
  rows: Judged,
  { higherIsBetter, loss }: WatchedMetric,
  value: number | undefined,
  { settings }: PerformanceMonitor,
): Losses | undefined {
  if (value === undefined) return undefined;
  const mean = higherIsBetter ? 1 - value : value;
  const most = loss.most ?? settings.loss_range ?? (mean > 0 ? TIMES * mean : 1);
  const values = Float64Array.from({ length: rows.labels.length }, (_, row) =>
    Math.min(1, loss.of(rows, row) / most),
  );
  return { values, most, evaluated: Math.min(1, mean / most) };
}

function riskOf(
  metric: WatchedMetric,
  { values, most, evaluated }: Losses,
  evaluatedRows: number,
): Risk {
  let [sum, spread] = [0, 0];
  for (const loss of values) {
    sum += loss;
    spread += (loss - evaluated) ** 2;
  }
  const { name, words, higherIsBetter } = metric;
  return {
    ...{ metric: name, words, higherIsBetter, most, rows: values.length, sum, spread, evaluated },
    upper: upperBound(evaluated, evaluatedRows, ALPHA),
    tolerance: marginOf(metric, undefined, evaluated * most),
  };
}
