import type { Classes } from '../../core/task.ts';
import { requireFinite, requirePaired } from '../../evaluation/rows.ts';
import { rocAuc } from '../binary/metrics.ts';

/** scikit-learn's clip: a certain but wrong answer costs 34.5 nats, not infinity. */
const CLIP = 1e-15;

/**
 * The most probable class of a row, the first one if several are equal. `answers` are `width` probabilities per
 * row.
 */
export function predicted(answers: ArrayLike<number>, row: number, width: number): number {
  let best = 0;
  for (let at = 1; at < width; at += 1)
    if ((answers[row * width + at] ?? 0) > (answers[row * width + best] ?? 0)) best = at;
  return best;
}

/**
 * −ln of the probability given to the true outcome, clipped, with probabilities normalized to a sum of 1. In
 * nats.
 */
export function logLossOf(
  answers: ArrayLike<number>,
  row: number,
  width: number,
  label: number,
): number {
  const clipped = (at: number) =>
    Math.min(1 - CLIP, Math.max(CLIP, answers[row * width + at] ?? 0));
  let sum = 0;
  for (let at = 0; at < width; at += 1) sum += clipped(at);
  return -Math.log(clipped(label) / sum);
}

/** For one class: rows of it, rows predicted as it, and rows of both. */
export interface Counts {
  positives: number;
  predicted: number;
  right: number;
}

/** Mean F1 of the classes that occur among labels or predictions; undefined if there are none. */
export function macroF1(counts: readonly Counts[]): number | undefined {
  const some = counts.filter((one) => one.positives + one.predicted > 0);
  if (some.length === 0) return undefined;
  const f1 = ({ positives, predicted, right }: Counts) => (2 * right) / (positives + predicted);
  return some.reduce((sum, one) => sum + f1(one), 0) / some.length;
}

/** Undefined if no row is of the class. */
export function recallOf({ positives, right }: Counts): number | undefined {
  return positives === 0 ? undefined : right / positives;
}

export const recallName = (name: string): string => `recall[${name}]`;

/**
 * Measures a classifier: log loss, accuracy, macro F1, the mean of the one-against-the-rest AUCs, and the
 * recall of each class. `answers` has one probability per class, row by row. Throws RangeError on columns of
 * different lengths, labels that are not classes, and non-finite numbers.
 */
export function multiclassMetrics(
  labels: ArrayLike<number>,
  answers: ArrayLike<number>,
  classes: Classes,
): Record<string, number | undefined> {
  const activity = 'Measuring a model of several classes';
  const width = classes.length;
  const rows = labels.length;
  requirePaired(activity, { length: answers.length }, { length: rows * width });
  requireFinite(activity, answers);
  const counts = classes.map((): Counts => ({ positives: 0, predicted: 0, right: 0 }));
  let right = 0;
  let logLoss = 0;
  for (let row = 0; row < rows; row += 1) {
    const label = labels[row] ?? -1;
    const ofLabel = counts[label];
    if (!ofLabel) throw new RangeError(`${activity}: the label of row ${row} is no class`);
    const said = predicted(answers, row, width);
    ofLabel.positives += 1;
    const ofSaid = counts[said];
    if (ofSaid) ofSaid.predicted += 1;
    if (said === label) {
      ofLabel.right += 1;
      right += 1;
    }
    logLoss += logLossOf(answers, row, width, label);
  }
  const areas = classes.flatMap((_, at) => {
    const column = Float64Array.from({ length: rows }, (_, row) => answers[row * width + at] ?? 0);
    return (
      rocAuc(
        Uint8Array.from(labels, (label) => (label === at ? 1 : 0)),
        column,
      ) ?? []
    );
  });
  return {
    logLoss: rows === 0 ? undefined : logLoss / rows,
    accuracy: rows === 0 ? undefined : right / rows,
    macroF1: macroF1(counts),
    auc: areas.length === 0 ? undefined : areas.reduce((sum, one) => sum + one, 0) / areas.length,
    ...Object.fromEntries(
      classes.map((name, at) => {
        const of = counts[at];
        return [recallName(name), of && recallOf(of)];
      }),
    ),
  };
}
