import type { Picture } from '../../src/core/card.ts';
import type { EvaluationReport } from '../../src/core/evaluation-report.ts';
import { rounded } from '../../src/core/figures.ts';
import type { Charts } from '../../src/core/ports/charts.ts';
import { operatingPoints } from '../../src/evaluation/report/operating-points.ts';

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
  report: EvaluationReport,
  { name, metric, unit, by }: About,
  charts: Charts,
): Promise<Picture>[] {
  const { slices, calibration, residuals } = report;
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
    ...curvePictures(report, name, charts),
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

const THRESHOLDS = { metrics: 'threshold of the metrics', cost: 'threshold for the cost' };

/** ROC, and precision by recall. */
function curvePictures(
  report: Pick<EvaluationReport, 'curves' | 'decision'>,
  name: string,
  charts: Charts,
): Promise<Picture>[] {
  const { curves = [] } = report;
  const [first, ...others] = curves;
  if (!first) return [];
  const marked = operatingPoints(report).map((point) => ({
    ...point,
    label: `${rounded(point.threshold)}, ${THRESHOLDS[point.as]}`,
  }));
  return [
    charts.curves({
      ...{ title: `ROC of ${name}`, x: 'False positive rate', y: 'True positive rate' },
      ...{ figure: 'AUC', chance: 'diagonal' },
      curves: curves.map(({ of, auc, points }) => ({
        ...{ name: of, figure: auc },
        points: [
          { x: 0, y: 0 },
          ...points.map(({ falseAlarms, recall }) => ({ x: falseAlarms, y: recall })),
        ],
      })),
      marks: marked.map(({ label, falseAlarms, recall }) => ({ label, x: falseAlarms, y: recall })),
    }),
    charts.curves({
      ...{ title: `Precision and recall of ${name}`, x: 'Recall', y: 'Precision' },
      figure: 'average precision',
      // The share of positives differs from class to class.
      ...(others.length === 0 && { chance: { y: first.positives / first.rows } }),
      curves: curves.map(({ of, averagePrecision, points }) => ({
        ...{ name: of, figure: averagePrecision },
        points: points.map(({ recall, precision }) => ({ x: recall, y: precision })),
      })),
      marks: marked.flatMap(({ label, recall, precision }) =>
        precision === undefined ? [] : [{ label, x: recall, y: precision }],
      ),
    }),
  ];
}
