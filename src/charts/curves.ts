import { ChartImpossible } from './errors.ts';
import { clean, list, number } from './text.ts';

/** Shares against shares: ROC, or precision and recall. Both axes are from 0 to 1. */
export interface CurvesChart {
  title: string;
  /** What the axes are: `False positive rate`. */
  x: string;
  y: string;
  /** The largest first; `figure` is its area, as the legend and the alt text have it. */
  curves: readonly { name: string; figure: number; points: readonly { x: number; y: number }[] }[];
  /** The name of `figure`: `AUC`. */
  figure: string;
  /** Thresholds on the first curve. */
  marks?: readonly { label: string; x: number; y: number }[];
  /** What a model that knows nothing would get: the diagonal, or the share of positives. */
  chance?: 'diagonal' | { y: number };
}

const most = 5;

/** A chart that can be drawn. `left`: curves that are not drawn. */
export type Curves = CurvesChart & { left: number };

const isShare = (value: number) => value >= 0 && value <= 1;

/** The chart with safe text, without points that are no shares. Throws ChartImpossible if no curve is left. */
export function readCurves(chart: CurvesChart): Curves {
  const title = clean(chart.title);
  const curves = chart.curves.flatMap(({ name, figure, points }) => {
    const drawn = points.filter(({ x, y }) => isShare(x) && isShare(y));
    return drawn.length > 0 && isShare(figure)
      ? [{ name: clean(name, 40), figure, points: drawn }]
      : [];
  });
  if (curves.length === 0)
    throw new ChartImpossible(`Drawing “${title}”`, 'it has no curve', {
      next: 'Give it a curve with points from 0 to 1.',
    });
  const { chance } = chart;
  return {
    ...{ title, x: clean(chart.x, 40), y: clean(chart.y, 40), figure: clean(chart.figure, 40) },
    curves: curves.slice(0, most),
    left: Math.max(0, curves.length - most),
    marks: (chart.marks ?? [])
      .filter(({ x, y }) => isShare(x) && isShare(y))
      .slice(0, 3)
      .map(({ label, x, y }) => ({ label: clean(label, 60), x, y })),
    ...(chance && (chance === 'diagonal' || isShare(chance.y)) && { chance }),
  };
}

export function curvesAlt({
  title,
  x,
  y,
  curves,
  figure,
  marks = [],
  chance,
  left,
}: Curves): string {
  const figures = curves.map(({ name, figure: value }) => `${number(value)} for ${name}`);
  const more = left > 0 ? `; ${left} more ${left === 1 ? 'is' : 'are'} not drawn` : '';
  const beside =
    chance === undefined
      ? ''
      : `; without any knowledge it would be ${chance === 'diagonal' ? '0.5' : number(chance.y)}`;
  const at = marks.map(
    (mark) => `${mark.label}: ${lower(y)} ${number(mark.y)}, ${lower(x)} ${number(mark.x)}`,
  );
  const points = at.length > 0 ? `. ${at.join('; ')}` : '';
  return `${title}, ${lower(y)} by ${lower(x)}: ${figure} ${list(figures)}${beside}${more}${points}.`;
}

const lower = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
