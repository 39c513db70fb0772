/** A column's rows by bin and the sums of their losses, at the evaluation. */
export interface Before {
  counts: readonly number[];
  sums: readonly number[];
}

export interface Attribution {
  /** Change of the mean loss because rows moved between bins; positive is worse. */
  effect: number;
  /** Its standard error, from the spread of the losses now. */
  error: number;
  /** The rest of the change: the loss changed within bins. */
  within: number;
  /** The bin that contributes most to `effect`, with its share of rows before and now. */
  most: { bin: number; before: number; now: number } | undefined;
}

/**
 * Splits the change of the mean loss since the evaluation by one column, exactly (Kitagawa 1955, of two decompositions
 * the one that weighs the change of mass by the loss now):
 *
 * Σ q m − Σ p l  =  Σ (q − p)(m − L)  +  Σ p (m − l)
 *
 * over bins, with their shares of rows p and q, before and now, their mean losses l and m, and the mean loss L at the
 * evaluation. (Σ (q − p) L is 0.) A bin without rows on one side has the mean loss of the other side. The first sum is
 * the effect of the move: change of mass × how much larger the loss there is than the loss at the evaluation. A rise of
 * the loss that is the same in all bins adds nothing to it.
 * @param bins of the rows now
 * @param losses of the rows now
 */
export function attribute(
  before: Before,
  bins: Int32Array,
  losses: Float64Array,
): Attribution | undefined {
  const rows = before.counts.reduce((sum, count) => sum + count, 0);
  const size = before.counts.length;
  if (rows === 0 || losses.length === 0) return undefined;
  const overall = before.sums.reduce((sum, one) => sum + one, 0) / rows;
  const counts = new Float64Array(size);
  const sums = new Float64Array(size);
  for (let row = 0; row < losses.length; row += 1) {
    const bin = bins[row] ?? 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
    sums[bin] = (sums[bin] ?? 0) + (losses[row] ?? 0);
  }
  let [effect, within] = [0, 0];
  let most: Attribution['most'];
  let largest = 0;
  const weights = new Float64Array(size);
  for (let bin = 0; bin < size; bin += 1) {
    const [p, q] = [(before.counts[bin] ?? 0) / rows, (counts[bin] ?? 0) / losses.length];
    if (p === 0 && q === 0) continue;
    const now = q > 0 ? (sums[bin] ?? 0) / (counts[bin] ?? 1) : undefined;
    const then = p > 0 ? (before.sums[bin] ?? 0) / (before.counts[bin] ?? 1) : (now ?? overall);
    const there = now ?? then;
    const part = (q - p) * (there - overall);
    effect += part;
    within += p * (there - then);
    weights[bin] = q > 0 ? 1 - p / q : 0;
    // Bins that rows left for make room; what they moved to says more.
    if (part > largest && q > p) {
      largest = part;
      most = { bin, before: p, now: q };
    }
  }
  return { effect, error: errorOf(bins, losses, weights, overall), within, most };
}

/** Σ (q − p)(m − L) is the mean over rows of (1 − p/q)(loss − L): its standard error, p taken as known. */
function errorOf(
  bins: Int32Array,
  losses: Float64Array,
  weights: Float64Array,
  overall: number,
): number {
  const rows = losses.length;
  const influence = losses.map((loss, row) => (weights[bins[row] ?? 0] ?? 0) * (loss - overall));
  const mean = influence.reduce((sum, one) => sum + one, 0) / rows;
  const squares = influence.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return rows > 1 ? Math.sqrt(squares / (rows - 1) / rows) : 0;
}
