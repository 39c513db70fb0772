/** A non-decreasing curve through points of ascending x, constant beyond its ends. */
export interface Isotonic {
  x: readonly number[];
  y: readonly number[];
}

/**
 * Isotonic regression (pool adjacent violators; Barlow et al. 1972) of y on x: the non-decreasing curve with
 * the smallest sum of squares, each times the weight of its row (default: 1). Rows with equal x count as one point at
 * their mean. Rows of weight 0 count for nothing. Throws RangeError without rows.
 */
export function fitIsotonic(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Isotonic {
  if (x.length === 0 || x.length !== y.length)
    throw new RangeError(
      `Fitting a calibration: ${x.length} scores beside ${y.length} labels; pass one of each a row`,
    );
  const order = Array.from(x, (value, row) => ({
    ...{ value, label: y[row] ?? 0, weight: weights?.[row] ?? 1 },
  }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.value - b.value);
  /** Ties are one point, and points out of order are pooled. */
  const blocks: { from: number; to: number; sum: number; weight: number }[] = [];
  const mean = (at: number) => (blocks[at]?.sum ?? 0) / (blocks[at]?.weight ?? 1);
  for (let row = 0; row < order.length; ) {
    const from = order[row]?.value ?? 0;
    const block = { from, to: from, sum: 0, weight: 0 };
    for (; order[row]?.value === from; row += 1) {
      const { label = 0, weight = 0 } = order[row] ?? {};
      block.sum += label * weight;
      block.weight += weight;
    }
    blocks.push(block);
    while (blocks.length > 1 && mean(blocks.length - 2) >= mean(blocks.length - 1)) {
      const last = blocks.pop();
      const pooled = blocks.at(-1);
      if (!last || !pooled) break;
      pooled.to = last.to;
      pooled.sum += last.sum;
      pooled.weight += last.weight;
    }
  }
  const points = blocks.flatMap(({ from, to, sum, weight }) =>
    from === to ? [[from, sum / weight]] : [from, to].map((end) => [end, sum / weight]),
  );
  return { x: points.map(([at = 0]) => at), y: points.map(([, value = 0]) => value) };
}

/** The value of the curve, with linear interpolation between its points. O(log points). */
export function isotonicAt({ x, y }: Isotonic, value: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return y[0] ?? 0;
  if (low === x.length) return y.at(-1) ?? 0;
  const [left, right] = [x[low - 1] ?? 0, x[low] ?? 0];
  const [below, above] = [y[low - 1] ?? 0, y[low] ?? 0];
  // Rounding must not lead beyond the next point, e.g. to a probability above 1.
  return Math.min(above, below + ((above - below) * (value - left)) / (right - left));
}
