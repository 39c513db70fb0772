import { ChartImpossible } from './errors.ts';
import { clean, drawable, signed } from './text.ts';

/** Quantiles of actual minus predicted. */
export interface ResidualsChart {
  title: string;
  /** Of the label, if it has one. */
  unit?: string;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
}

/** The chart with safe text, and its quantiles in order. Throws ChartImpossible if one is not finite. */
export function readResiduals(chart: ResidualsChart): ResidualsChart {
  const title = clean(chart.title);
  const values = [chart.p5, chart.p25, chart.p50, chart.p75, chart.p95];
  if (!values.every(drawable))
    throw new ChartImpossible(`Drawing the errors of “${title}”`, 'a quantile is not finite', {
      next: 'Say in words that nothing was measured.',
    });
  const [p5 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0] = values.toSorted((a, b) => a - b);
  return { title, unit: clean(chart.unit ?? '', 40), p5, p25, p50, p75, p95 };
}

export function residualsAlt({ title, unit = '', p5, p25, p50, p75, p95 }: ResidualsChart): string {
  const behind = unit === '' ? '' : ` ${unit}`;
  return `${title}, actual minus predicted: half of the rows are between ${signed(p25)} and ${signed(p75)}${behind}, 90% between ${signed(p5)} and ${signed(p95)}; the median is ${signed(p50)}.`;
}
