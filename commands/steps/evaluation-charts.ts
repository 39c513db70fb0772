import type { Picture } from '../../src/core/card.ts';
import type { EvaluationReport } from '../../src/core/evaluation-report.ts';
import type { Charts } from '../../src/core/ports/charts.ts';

const MOST_SLICES = 12;

interface About {
  /** `flights v2` */
  name: string;
  /** The metric that slices are compared by. */
  metric: { words: string; unit: string | undefined };
  /** Of the label. */
  unit: string | undefined;
  /** Only the slices of this column. */
  by: string | undefined;
}

/** The pictures of what an evaluation found. */
export function evaluationPictures(
  { slices, calibration, residuals }: EvaluationReport,
  { name, metric, unit, by }: About,
  charts: Charts,
): Promise<Picture>[] {
  const found = (slices?.found ?? [])
    .filter(({ column }) => by === undefined || column === by)
    .slice(0, MOST_SLICES);
  const heading = metric.unit === undefined ? metric.words : `${metric.words} (${metric.unit})`;
  return [
    ...(found.length > 0
      ? [
          charts.slices({
            ...{ title: `${name} by slice`, metric: heading },
            slices: found.map(({ column, value, worse, isWeak }) => ({
              ...{ name: `${column} = ${value}`, ...worse, isWeak },
            })),
          }),
        ]
      : []),
    ...(calibration
      ? [
          charts.calibration({
            title: `Calibration of ${name}`,
            unit: calibration.of === 'share' ? 'probability' : (unit ?? 'value'),
            bins: calibration.bins,
          }),
        ]
      : []),
    ...(residuals
      ? [
          charts.residuals({
            title: `Errors of ${name}`,
            ...(unit !== undefined && { unit }),
            ...residuals,
          }),
        ]
      : []),
  ];
}
