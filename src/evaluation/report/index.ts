import type { Cost, EvaluationReport } from '../../core/evaluation-report.ts';
import type { FeatureSchema } from '../../core/model.ts';
import type { Columns } from '../../core/ports/programs.ts';
import type { Answers, Classes, Metric, Task } from '../../core/task.ts';
import { groupRows } from '../rows.ts';
import { calibrate } from './calibration.ts';
import { type MeanMetric, measureSlices } from './slices.ts';

interface Evaluated {
  task: Task;
  classes: Classes;
  features: FeatureSchema;
  rows: Columns;
  answers: Answers;
  cost?: Cost | undefined;
}

/** Slices, calibration, curves, errors and the threshold of labelled rows. Pure; about ten passes over each column. */
export function reportOn(evaluated: Evaluated): EvaluationReport {
  const { task, classes, features, rows, answers, cost } = evaluated;
  const judged = { labels: rows.labels, answers, classes };
  const groups = rows.entities && groupRows(rows.labels.length, rows.entities);
  const calibration = calibrate(task, judged);
  const metric = meanMetric(task, classes);
  const sliced = { judged, groups, features, columns: rows.features };
  return {
    ...(metric && { slices: measureSlices(metric, sliced) }),
    ...(calibration && { calibration }),
    ...(task.curves && { curves: task.curves(judged) }),
    ...task.errors?.(judged),
    ...(cost && task.decision && { decision: task.decision(judged, cost) }),
  };
}

/** The metric by which slices are compared: the one that monitors watch, or the task's first mean. */
function meanMetric(task: Task, classes: Classes): MeanMetric | undefined {
  const means = task.metrics(classes).filter((metric): metric is MeanMetric => isMean(metric));
  return means.find(({ name }) => name === task.defaults.watched) ?? means[0];
}

const isMean = (metric: Metric): boolean => metric.loss !== undefined;
