import type { Curve, CurvePoint } from '../../core/evaluation-report.ts';

/** Points of a curve are so far from each other, in recall or false alarms. */
const STEP = 0.01;

/**
 * The ROC and the precision–recall curve of scores, with equal scores answered alike. The area under the first is by
 * trapezoids, which is that of midranks; average precision is Σ (Rₙ − Rₙ₋₁) Pₙ, without interpolation. None if all
 * rows are positive or none is: neither is defined. O(n log n).
 */
export function curveOf(
  of: string,
  rows: number,
  at: (row: number) => { score: number; positive: boolean },
): Curve[] {
  const scored = Array.from({ length: rows }, (_, row) => at(row)).sort(
    (a, b) => b.score - a.score,
  );
  const positives = scored.reduce((sum, { positive }) => sum + Number(positive), 0);
  const negatives = rows - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: CurvePoint[] = [];
  let last = { recall: 0, falseAlarms: 0 };
  let [found, alarms, auc, averagePrecision] = [0, 0, 0, 0];
  for (let row = 0; row < rows; ) {
    const threshold = scored[row]?.score ?? 0;
    for (; row < rows && scored[row]?.score === threshold; row += 1)
      if (scored[row]?.positive) found += 1;
      else alarms += 1;
    const recall = found / positives;
    const falseAlarms = alarms / negatives;
    const precision = found / (found + alarms);
    auc += ((falseAlarms - last.falseAlarms) * (recall + last.recall)) / 2;
    averagePrecision += (recall - last.recall) * precision;
    last = { recall, falseAlarms };
    const kept = points.at(-1);
    const isNear =
      kept && recall - kept.recall < STEP && falseAlarms - kept.falseAlarms < STEP && row < rows;
    if (!isNear) points.push({ threshold, recall, falseAlarms, precision });
  }
  return [{ of, rows, positives, auc, averagePrecision, points }];
}
