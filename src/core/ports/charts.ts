import type { Picture } from '../card.ts';

/** Charts drawn and stored, ready for a card. */
export interface Charts {
  deltas(chart: {
    title: string;
    champion: string;
    challenger: string;
    margin?: number;
    metrics: { name: string; delta: number; low: number; high: number; verdict: string }[];
  }): Promise<Picture>;
  histogram(chart: {
    title: string;
    subtitle?: string;
    feature: string;
    bins: { label: string; reference: number; current: number }[];
    psi?: number;
  }): Promise<Picture>;
  timeline(chart: {
    title: string;
    metric: string;
    points: { time: Date; value: number }[];
    threshold?: { warn?: number; alert?: number };
    marks?: { time: Date; label: string }[];
  }): Promise<Picture>;
}
