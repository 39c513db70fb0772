import type { Picture } from '../card.ts';

/** The current distribution of one column, next to the reference. */
interface HistogramData {
  title: string;
  subtitle?: string;
  feature: string;
  bins: { label: string; reference: number; current: number }[];
  psi?: number;
}

/** One figure over time, with its thresholds and events. */
interface TimelineData {
  title: string;
  metric: string;
  points: { time: Date; value: number; low?: number; high?: number }[];
  /** Another figure in the same unit, dashed. */
  also?: { name: string; points: { time: Date; value: number }[] };
  threshold?: { warn?: number; alert?: number };
  marks?: { time: Date; label: string }[];
}

/** One figure of many columns over time. */
interface HeatMapData {
  title: string;
  subtitle?: string;
  metric: string;
  limit: number;
  windows: { from: Date; to: Date }[];
  rows: { name: string; values: (number | undefined)[] }[];
  marks?: { time: Date; label: string }[];
}

/** Predictions against outcomes. */
interface CalibrationData {
  title: string;
  unit: string;
  bins: { rows: number; predicted: number; actual: number; low: number; high: number }[];
}

/** Shares against shares, from 0 to 1: ROC, or precision and recall. */
interface CurvesData {
  title: string;
  x: string;
  y: string;
  curves: { name: string; figure: number; points: { x: number; y: number }[] }[];
  /** The name of a curve's `figure`. */
  figure: string;
  marks?: { label: string; x: number; y: number }[];
  chance?: 'diagonal' | { y: number };
}

/** Groups of rows compared with all others: positive is worse. */
interface SlicesData {
  title: string;
  metric: string;
  slices: { name: string; by: number; low: number; high: number; isWeak: boolean }[];
}

/** Quantiles of actual minus predicted. */
interface ResidualsData {
  title: string;
  unit?: string;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
}

/** A chart as data, not rendered yet. */
export type Chart = ({ kind: 'histogram' } & HistogramData) | ({ kind: 'timeline' } & TimelineData);

/** Rendered and stored charts, ready for a card. */
export interface Charts {
  deltas(chart: {
    title: string;
    champion: string;
    challenger: string;
    margin?: number;
    metrics: { name: string; delta: number; low: number; high: number; verdict: string }[];
  }): Promise<Picture>;
  histogram(chart: HistogramData): Promise<Picture>;
  timeline(chart: TimelineData): Promise<Picture>;
  heatMap(chart: HeatMapData): Promise<Picture>;
  calibration(chart: CalibrationData): Promise<Picture>;
  curves(chart: CurvesData): Promise<Picture>;
  slices(chart: SlicesData): Promise<Picture>;
  residuals(chart: ResidualsData): Promise<Picture>;
}
