import { marginOf } from '../../../core/metrics.ts';
import type { Answering } from '../../answers.ts';
import type { Estimator } from '../../estimate/estimator.ts';
import type { Estimate } from '../../estimate/expected.ts';
import type { Represented } from '../../estimate/weighted.ts';
import { watchedMetric } from '../../watched-metric.ts';
import type { EstimatedMeasurement } from './measurement.ts';
import type { EstimatedMonitor } from './settings.ts';

/** What a window's answers gave. */
export interface Estimated {
  rows: number;
  estimates: Readonly<Record<string, Estimate>>;
  represented?: Represented;
  /** Rows whose labels the means are combined with. */
  labelled?: number;
}

/** The estimates of a window beside what was measured at the evaluation. */
export function measuredBy(
  { estimates, ...given }: Estimated,
  { realised }: Estimator,
  { task, classes, evaluation }: Answering,
  { settings }: EstimatedMonitor,
): EstimatedMeasurement {
  const metrics = task.metrics(classes).flatMap(({ name, words }) => {
    const estimate = estimates[name];
    const evaluated = evaluation.metrics[name];
    return estimate
      ? [{ name, words, ...estimate, ...(evaluated !== undefined && { evaluated }) }]
      : [];
  });
  const metric = watchedMetric(task, settings.loss);
  const figure = metrics.find(({ name }) => name === metric?.name);
  const reference = metric && realised[metric.name];
  if (!metric || !reference || figure?.error === undefined) return { ...given, metrics };
  const { name, words, value, error } = figure;
  return {
    ...{ ...given, metrics },
    watched: {
      ...{ name, words, value, error, higherIsBetter: metric.higherIsBetter },
      ...{ evaluated: reference.value, evaluatedError: reference.error },
      tolerance: marginOf(metric, undefined, reference.value),
    },
  };
}
