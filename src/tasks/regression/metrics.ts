import { requireFinite, requirePaired } from '../../evaluation/rows.ts';

/** The quantiles of the pinball losses, by name of metric. */
export const QUANTILES = { pinball10: 0.1, pinball50: 0.5, pinball90: 0.9 } as const;

/**
 * The metrics of a regressor: RMSE, MAE and pinball losses in the label's unit, R² and MAPE as shares.
 * `undefined` if the rows do not define one.
 */
export type RegressionMetrics = {
  rows: number;
  rmse: number | undefined;
  mae: number | undefined;
  r2: number | undefined;
  mape: number | undefined;
} & Record<keyof typeof QUANTILES, number | undefined>;

/** Loss of a quantile forecast (Koenker & Bassett 1978): τ per unit too low, 1 − τ per unit too high. */
export function pinballOf(target: number, prediction: number, quantile: number): number {
  const below = target - prediction;
  return below >= 0 ? quantile * below : (quantile - 1) * below;
}

/**
 * Measures a regressor. R² of a constant target follows scikit-learn: 1 if every prediction is right, otherwise
 * 0; undefined with fewer than two rows. MAPE is undefined if a target is 0. Throws RangeError on unpaired
 * columns and on non-finite numbers.
 */
export function regressionMetrics(
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
): RegressionMetrics {
  const activity = 'Measuring a regression model';
  const rows = requirePaired(activity, targets, predictions);
  requireFinite(activity, targets);
  requireFinite(activity, predictions);

  let mean = 0;
  let spread = 0; // Welford: no cancellation on targets far from zero
  let squared = 0;
  let absolute = 0;
  let relative = 0;
  const pinball = { pinball10: 0, pinball50: 0, pinball90: 0 };
  for (let row = 0; row < rows; row += 1) {
    const target = targets[row] ?? 0;
    const prediction = predictions[row] ?? 0;
    const error = prediction - target;
    const step = target - mean;
    mean += step / (row + 1);
    spread += step * (target - mean);
    squared += error * error;
    absolute += Math.abs(error);
    relative += Math.abs(error) / Math.abs(target);
    pinball.pinball10 += pinballOf(target, prediction, QUANTILES.pinball10);
    pinball.pinball50 += pinballOf(target, prediction, QUANTILES.pinball50);
    pinball.pinball90 += pinballOf(target, prediction, QUANTILES.pinball90);
  }
  const perRow = (sum: number) => (rows === 0 ? undefined : sum / rows);
  return {
    rows,
    rmse: rows === 0 ? undefined : Math.sqrt(squared / rows),
    mae: perRow(absolute),
    r2: rows < 2 ? undefined : rSquared(squared, spread),
    // 0 / 0 is NaN, and anything else over 0 is infinite.
    mape: Number.isFinite(relative) ? perRow(relative) : undefined,
    pinball10: perRow(pinball.pinball10),
    pinball50: perRow(pinball.pinball50),
    pinball90: perRow(pinball.pinball90),
  };
}

/** 1 − residual / spread, both sums of squares; for a spread of 0 as above. */
export function rSquared(residual: number, spread: number): number {
  if (spread > 0) return 1 - residual / spread;
  return residual === 0 ? 1 : 0;
}
