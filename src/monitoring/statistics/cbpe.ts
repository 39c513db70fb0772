import { fitIsotonic, isotonicAt } from './isotonic.ts';

/**
 * The expected performance of a binary classifier on rows without labels. Undefined if the rows do not define
 * it.
 */
export interface Estimated {
  /** Expected counts of true positives, false positives, false negatives and true negatives. */
  tp: number;
  fp: number;
  tn: number;
  fn: number;
  accuracy: number | undefined;
  precision: number | undefined;
  recall: number | undefined;
  f1: number | undefined;
  auc: number | undefined;
  /** Of the accuracy, if the probabilities are right: rows with different probabilities (Poisson binomial). */
  standardError: number | undefined;
}

/**
 * Probabilities of the positive class for scores, calibrated by isotonic regression on held-out labelled rows.
 */
export function calibrate(
  { scores, labels }: { scores: ArrayLike<number>; labels: ArrayLike<number> },
  current: ArrayLike<number>,
): Float64Array {
  const curve = fitIsotonic(scores, labels);
  return Float64Array.from(current, (score) => isotonicAt(curve, score));
}

/**
 * Confidence-based performance estimation (CBPE; NannyML) of a binary classifier from scores and their
 * calibrated probabilities. A score at or above `threshold` counts as positive. AUC by sorted raw scores, with
 * ties together. It cannot detect concept drift: if the meaning of a score has changed, the probabilities and
 * all results are wrong.
 */
export function estimatePerformance(
  scores: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold = 0.5,
): Estimated {
  const rows = scores.length;
  let [tp, fp, tn, fn, variance] = [0, 0, 0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const p = probabilities[row] ?? 0;
    if ((scores[row] ?? 0) >= threshold) {
      tp += p;
      fp += 1 - p;
    } else {
      fn += p;
      tn += 1 - p;
    }
    variance += p * (1 - p);
  }
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
  return {
    ...{ tp, fp, tn, fn },
    accuracy: share(tp + tn, rows),
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    auc: expectedAuc(scores, probabilities),
    standardError: share(Math.sqrt(variance), rows),
  };
}

/** Area under the expected ROC curve; undefined if one of the classes is not expected at all. */
function expectedAuc(
  scores: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): number | undefined {
  const rows = Array.from(scores, (score, row) => ({ score, p: probabilities[row] ?? 0 })).sort(
    (a, b) => a.score - b.score,
  );
  let [positives, negatives, area] = [0, 0, 0];
  for (let row = 0; row < rows.length; ) {
    const score = rows[row]?.score;
    let [p, n] = [0, 0];
    for (; row < rows.length && rows[row]?.score === score; row += 1) {
      p += rows[row]?.p ?? 0;
      n += 1 - (rows[row]?.p ?? 0);
    }
    area += p * (negatives + n / 2);
    positives += p;
    negatives += n;
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : undefined;
}
