/** Expected losses of labelled rows, and what they turned out to be. */
export interface Labelled {
  losses: Float64Array;
  expected: Float64Array;
}

/** How many rows there are, labelled or not, and their mean expected loss. */
export interface Everywhere {
  rows: number;
  mean: number;
}

/** The mean loss of all rows, from the expected losses of all and the losses of a few. */
export interface PredictionPowered {
  mean: number;
  error: number;
  /** How much the expected losses count, from 0 (the labels alone) to 1. */
  weight: number;
}

/**
 * Prediction-powered inference (Angelopoulos et al., Science 2023; with the weight of PPI++, arXiv 2311.01453): the mean
 * loss of the labelled rows, corrected by how much the expected losses of all rows differ from theirs. Unbiased however
 * wrong the expected losses are, if labelled rows are as any others; the better they are, the smaller the error. The
 * labelled rows are part of all rows, as in double sampling (Cochran, "Sampling Techniques", 12.6). The error is never
 * larger than that of the labels alone.
 * @throws RangeError with fewer than three labelled rows, or fewer rows than labelled ones
 */
export function predictionPowered(
  { rows, mean: everywhere }: Everywhere,
  { losses, expected }: Labelled,
): PredictionPowered {
  const labelled = losses.length;
  if (labelled < 3 || expected.length !== labelled || rows < labelled)
    throw new RangeError(
      `Combining an estimate with labels: ${labelled} losses and ${expected.length} expected ones of ${rows} rows; at least three labelled rows are needed, and all of them among the rows`,
    );
  const [loss, guess] = [meanOf(losses), meanOf(expected)];
  const covariance = products(losses, loss, expected, guess) / (labelled - 1);
  const spread = products(expected, guess, expected, guess) / (labelled - 1);
  const weight = spread > 0 ? Math.min(1, Math.max(0, covariance / spread)) : 0;
  // What is left of the losses has one degree of freedom less: the weight was fitted to them.
  const left = Float64Array.from(losses, (one, row) => one - weight * (expected[row] ?? 0));
  const middle = meanOf(left);
  const variance = products(left, middle, left, middle) / (labelled - 2);
  const shared = products(losses, loss, losses, loss) / (labelled - 1) - variance;
  return {
    mean: loss + weight * (everywhere - guess),
    error: Math.sqrt(variance / labelled + Math.max(0, shared) / rows),
    weight,
  };
}

/** Of one value or more. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function products(a: Float64Array, meanA: number, b: Float64Array, meanB: number): number {
  let sum = 0;
  for (let row = 0; row < a.length; row += 1)
    sum += ((a[row] ?? 0) - meanA) * ((b[row] ?? 0) - meanB);
  return sum;
}
