import { ChartImpossible } from './errors.ts';
import { clean, drawable, number } from './text.ts';

/** Predictions against outcomes, by groups of predictions. At most 100 groups. */
export interface CalibrationChart {
  title: string;
  /** What is predicted, for the axes: `probability`, `minutes`. */
  unit: string;
  /** `actual` with its interval. */
  bins: readonly { rows: number; predicted: number; actual: number; low: number; high: number }[];
}

const most = 100;

/** The chart with safe text, without groups that cannot be drawn. Throws ChartImpossible if none is left. */
export function readCalibration(chart: CalibrationChart): CalibrationChart {
  const title = clean(chart.title);
  const bins = chart.bins
    .filter(({ predicted, actual }) => drawable(predicted) && drawable(actual))
    .toSorted((a, b) => a.predicted - b.predicted);
  if (bins.length === 0 || bins.length > most)
    throw new ChartImpossible(
      `Drawing the calibration of “${title}”`,
      `it has ${bins.length === 0 ? 'no' : bins.length} groups`,
      { next: `Give it 1 to ${most}.` },
    );
  return { title, unit: clean(chart.unit, 40), bins };
}

export function calibrationAlt({ title, bins }: CalibrationChart): string {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const distance = ({ predicted, actual }: CalibrationChart['bins'][number]) =>
    Math.abs(actual - predicted);
  const mean =
    rows > 0 ? bins.reduce((sum, bin) => sum + distance(bin) * (bin.rows / rows), 0) : Number.NaN;
  const [worst] = bins.toSorted((a, b) => distance(b) - distance(a));
  const far = worst
    ? `; most where ${number(worst.predicted)} is predicted and ${number(worst.actual)} is observed`
    : '';
  const groups = bins.length === 1 ? '1 group' : `${bins.length} groups`;
  return `${title}: over ${groups} of predictions, predicted and observed differ by ${number(mean)} on average${far}.`;
}
