import { Z_95 } from '../../core/distributions.ts';
import type { Calibration, CalibrationBin } from '../../core/evaluation-report.ts';
import type { Judged, Task } from '../../core/task.ts';

const BINS = 10;

/**
 * Predictions beside outcomes in ten bins of about as many rows each, equal predictions in one bin. The interval of
 * a share is Wilson's (1927), that of a mean ± 1.96 standard errors. Undefined if there are no rows, or if the task
 * does not say what to compare.
 */
export function calibrate(task: Task, judged: Judged): Calibration | undefined {
  const { calibrated } = task;
  const rows = judged.labels.length;
  if (!calibrated || rows === 0) return undefined;
  const pairs = Array.from({ length: rows }, (_, row) => calibrated.of(judged, row));
  if (calibrated.kind === 'share' && pairs.some(({ predicted }) => predicted < 0 || predicted > 1))
    return undefined;
  pairs.sort((a, b) => a.predicted - b.predicted);
  const bins: CalibrationBin[] = [];
  for (let from = 0; from < rows; ) {
    // What is left, shared among the bins that are left: a bin that grew by ties leaves less to the others.
    const left = Math.max(1, BINS - bins.length);
    let to = Math.min(rows, from + Math.max(1, Math.round((rows - from) / left)));
    while (to < rows && pairs[to]?.predicted === pairs[to - 1]?.predicted) to += 1;
    bins.push(binOf(pairs.slice(from, to), calibrated.kind));
    from = to;
  }
  const error = bins.reduce(
    (sum, { rows: n, predicted, actual }) => sum + (n / rows) * Math.abs(predicted - actual),
    0,
  );
  return { of: calibrated.kind, bins, error };
}

function binOf(
  pairs: readonly { predicted: number; actual: number }[],
  kind: Calibration['of'],
): CalibrationBin {
  const rows = pairs.length;
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / rows;
  const predicted = mean((pair) => pair.predicted);
  const actual = mean((pair) => pair.actual);
  if (kind === 'share') return { rows, predicted, actual, ...wilson(actual, rows) };
  const variance = rows > 1 ? (mean((pair) => (pair.actual - actual) ** 2) * rows) / (rows - 1) : 0;
  const half = Z_95 * Math.sqrt(variance / rows);
  return { rows, predicted, actual, low: actual - half, high: actual + half };
}

/** Wilson's 95% interval of a share of `n` rows. */
function wilson(share: number, n: number): { low: number; high: number } {
  const z2 = Z_95 ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
