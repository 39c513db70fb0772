import { midranks } from '../../evaluation/midranks.ts';
import { requireFinite, requireLabels, requirePaired } from '../../evaluation/rows.ts';

/** The metrics of a binary classifier. `undefined` if the rows do not define one. */
export type BinaryMetrics = {
  rows: number;
  positives: number;
  auc: number | undefined;
  accuracy: number | undefined;
  f1: number | undefined;
  precision: number | undefined;
  recall: number | undefined;
  logLoss: number | undefined;
  brier: number | undefined;
};

/** The counts at the threshold. */
export type Confusion = { positives: number; predicted: number; truePositives: number };

/** scikit-learn's clip: a certain but wrong answer costs 34.5 nats, not infinity. */
const CLIP = 1e-15;

/** −ln of the probability given to the true outcome, clipped to [1e-15, 1 − 1e-15]. In nats. */
export function logLossOf(label: number, score: number): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, score));
  return -Math.log(label === 1 ? clipped : 1 - clipped);
}

/** (score − label)². */
export function brierOf(label: number, score: number): number {
  return (score - label) ** 2;
}

/** Log loss and Brier score require probabilities; scores that only rank have neither. */
function areProbabilities(scores: ArrayLike<number>): boolean {
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row] ?? -1;
    if (score < 0 || score > 1) return false;
  }
  return true;
}

/** Undefined only without both positive labels and positive predictions; 0 if all were missed. */
export function precisionOf({
  positives,
  predicted,
  truePositives,
}: Confusion): number | undefined {
  if (predicted === 0) return positives === 0 ? undefined : 0;
  return truePositives / predicted;
}

/** Undefined without a positive label. */
export function recallOf({ positives, truePositives }: Confusion): number | undefined {
  return positives === 0 ? undefined : truePositives / positives;
}

/** Harmonic mean of precision and recall; undefined without a positive label. */
export function f1Of({ positives, predicted, truePositives }: Confusion): number | undefined {
  return positives === 0 ? undefined : (2 * truePositives) / (positives + predicted);
}

/**
 * Area under the ROC curve: the Mann–Whitney share of (positive, negative) pairs in the right order, ties
 * counting half. Undefined if the labels have one class only.
 */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number | undefined {
  const ranks = midranks(Float64Array.from(scores));
  let positives = 0;
  let rankSum = 0;
  for (let row = 0; row < ranks.length; row += 1) {
    if (labels[row] !== 1) continue;
    positives += 1;
    rankSum += ranks[row] ?? 0;
  }
  const negatives = ranks.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Measures a binary classifier on labelled rows. A score at or above `threshold` predicts the positive class.
 * Log loss and Brier are undefined for scores outside [0, 1]. Throws RangeError on unpaired columns, on labels
 * other than 0 and 1, and on non-finite scores.
 */
export function binaryMetrics(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  threshold = 0.5,
): BinaryMetrics {
  const activity = 'Measuring a binary model';
  const rows = requirePaired(activity, labels, scores);
  requireLabels(activity, labels);
  requireFinite(activity, scores);

  const confusion: Confusion = { positives: 0, predicted: 0, truePositives: 0 };
  let correct = 0;
  let logLoss = 0;
  let brier = 0;
  for (let row = 0; row < rows; row += 1) {
    const label = labels[row] ?? 0;
    const score = scores[row] ?? 0;
    const predicted = score >= threshold ? 1 : 0;
    confusion.positives += label;
    confusion.predicted += predicted;
    confusion.truePositives += label * predicted;
    if (predicted === label) correct += 1;
    logLoss += logLossOf(label, score);
    brier += brierOf(label, score);
  }
  const probabilities = rows > 0 && areProbabilities(scores);
  return {
    rows,
    positives: confusion.positives,
    auc: rocAuc(labels, scores),
    accuracy: rows === 0 ? undefined : correct / rows,
    f1: f1Of(confusion),
    precision: precisionOf(confusion),
    recall: recallOf(confusion),
    logLoss: probabilities ? logLoss / rows : undefined,
    brier: probabilities ? brier / rows : undefined,
  };
}
