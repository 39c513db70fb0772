/** Area under the ROC curve by the rank sum, ties at half (Mann and Whitney, 1947). */
export function rocAuc(scores: Float64Array, labels: Float64Array): number {
  const order = Uint32Array.from(scores, (_, row) => row);
  order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tied = 0;
    const score = scores[order[start] ?? 0];
    while (end < order.length && scores[order[end] ?? 0] === score) {
      tied += labels[order[end] ?? 0] ?? 0;
      end += 1;
    }
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean negative log-likelihood in nats. */
export function logLoss(scores: Float64Array, labels: Float64Array): number {
  let sum = 0;
  scores.forEach((score, row) => {
    const likelihood = labels[row] === 1 ? score : 1 - score;
    sum -= Math.log(Math.max(likelihood, 1e-15));
  });
  return sum / scores.length;
}

export function rootMeanSquaredError(answers: Float64Array, labels: Float64Array): number {
  return Math.sqrt(meanOf(labels, (label, row) => (label - (answers[row] ?? 0)) ** 2));
}

export function meanAbsoluteError(answers: Float64Array, labels: Float64Array): number {
  return meanOf(labels, (label, row) => Math.abs(label - (answers[row] ?? 0)));
}

/** The share of the variance that the answers account for: 0 for a constant at the mean. */
export function rSquared(answers: Float64Array, labels: Float64Array): number {
  const mean = meanOf(labels, (label) => label);
  const variance = meanOf(labels, (label) => (label - mean) ** 2);
  return 1 - meanOf(labels, (label, row) => (label - (answers[row] ?? 0)) ** 2) / variance;
}

/** Mean negative log-likelihood in nats of the true classes; probabilities `[class][row]`. */
export function multiclassLogLoss(
  probabilities: readonly Float64Array[],
  labels: Float64Array,
): number {
  return meanOf(
    labels,
    (label, row) => -Math.log(Math.max(probabilities[label]?.[row] ?? 0, 1e-15)),
  );
}

/** The share of rows whose likeliest class is the true one. */
export function accuracy(probabilities: readonly Float64Array[], labels: Float64Array): number {
  const found = likeliest(probabilities);
  return meanOf(labels, (label, row) => (label === found[row] ? 1 : 0));
}

/** The mean over the classes of F1, 0 for a class that is neither there nor answered. */
export function macroF1(probabilities: readonly Float64Array[], labels: Float64Array): number {
  const found = likeliest(probabilities);
  const scores = probabilities.map((_, k) => {
    let [right, either] = [0, 0];
    labels.forEach((label, row) => {
      if (label === k && found[row] === k) right += 1;
      either += Number(label === k) + Number(found[row] === k);
    });
    return either === 0 ? 0 : (2 * right) / either;
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The class of the greatest probability for each row, the first of equal ones. */
function likeliest(probabilities: readonly Float64Array[]): Uint8Array {
  return Uint8Array.from(probabilities[0] ?? [], (_, row) => {
    const scores = probabilities.map((own) => own[row] ?? 0);
    return scores.indexOf(Math.max(...scores));
  });
}

function meanOf(values: Float64Array, of: (value: number, row: number) => number): number {
  return values.reduce((sum, value, row) => sum + of(value, row), 0) / values.length;
}
