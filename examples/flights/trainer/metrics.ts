/** Area under the ROC curve by the rank sum, ties at half (Mann and Whitney, 1947). */
export function rocAuc(scores: Float64Array, labels: Uint8Array): number {
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
export function logLoss(scores: Float64Array, labels: Uint8Array): number {
  let sum = 0;
  scores.forEach((score, row) => {
    const likelihood = labels[row] === 1 ? score : 1 - score;
    sum -= Math.log(Math.max(likelihood, 1e-15));
  });
  return sum / scores.length;
}
