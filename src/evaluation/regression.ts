import { requireFinite, requirePaired } from './rows.ts';

/** What is measured of a regressor, in the target's unit; `undefined` where rows do not define it. */
export type RegressionMetrics = {
  rows: number;
  rmse: number | undefined;
  mae: number | undefined;
  r2: number | undefined;
};

/**
 * Measures a regressor. R² of a constant target follows scikit-learn: 1 when every prediction
 * is right, else 0; undefined below two rows.
 * Throws RangeError on unpaired columns and on numbers that are not finite.
 */
export function regressionMetrics(
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
): RegressionMetrics {
  const activity = 'Measuring a regression model';
  const rows = requirePaired(activity, targets, predictions);
  requireFinite(activity, targets);
  requireFinite(activity, predictions);
  if (rows === 0) return { rows, rmse: undefined, mae: undefined, r2: undefined };

  let mean = 0;
  let spread = 0; // Welford: no cancellation on targets far from zero
  let squared = 0;
  let absolute = 0;
  for (let row = 0; row < rows; row += 1) {
    const target = targets[row] ?? 0;
    const error = (predictions[row] ?? 0) - target;
    const step = target - mean;
    mean += step / (row + 1);
    spread += step * (target - mean);
    squared += error * error;
    absolute += Math.abs(error);
  }
  return {
    rows,
    rmse: Math.sqrt(squared / rows),
    mae: absolute / rows,
    r2: rows < 2 ? undefined : rSquared(squared, spread),
  };
}

function rSquared(residual: number, spread: number): number {
  if (spread > 0) return 1 - residual / spread;
  return residual === 0 ? 1 : 0;
}
