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
  points: { time: Date; value: number }[];
  threshold?: { warn?: number; alert?: number };
  marks?: { time: Date; label: string }[];
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
}
