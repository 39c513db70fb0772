import type { DeltaChart, HistogramChart, TimelineChart } from '../../../src/charts/index.ts';

export const drifted: HistogramChart = {
  title: 'recent_lateness has drifted',
  subtitle: 'flights v7 in production, 15–28 April against January',
  feature: 'recent_lateness',
  psi: 0.2731,
  bins: [
    { label: '< 0.1', reference: 0.5, current: 0.4 },
    { label: '0.1–0.31', reference: 0.4, current: 0.36 },
    { label: '> 0.31', reference: 0.1, current: 0.24 },
  ],
};

export const compared: DeltaChart = {
  title: 'flights v8 against flights v7',
  champion: 'flights v7',
  challenger: 'flights v8',
  margin: 0.01,
  metrics: [
    { name: 'ROC AUC', delta: 0.0123, low: 0.0061, high: 0.0185, verdict: 'better' },
    { name: 'accuracy', delta: 0.0012, low: -0.0041, high: 0.0062, verdict: 'not worse' },
    { name: 'log loss', delta: -0.014, low: -0.0202, high: -0.0081, verdict: 'worse' },
    { name: 'recall', delta: -0.004, low: -0.019, high: 0.011, verdict: 'inconclusive' },
  ],
};

const week = 7 * 86_400_000;
const start = Date.UTC(2001, 1, 1);

export const falling: TimelineChart = {
  title: 'ROC AUC is below its alert line',
  metric: 'ROC AUC',
  points: Array.from({ length: 20 }, (_, at) => {
    const value = 0.71 - 0.002 * at;
    return { time: start + at * week, value, low: value - 0.008, high: value + 0.008 };
  }),
  bands: [{ label: 'baseline ± margin', low: 0.7, high: 0.72 }],
  threshold: { warn: 0.69, alert: 0.68 },
  marks: [
    { time: start + 4 * week, label: 'v7 deployed' },
    { time: start + 4.5 * week, label: 'warning: recent_lateness' },
    { time: new Date(start + 15 * week), label: 'alert' },
    { time: '2001-06-13T12:00:00Z', label: 'v8 deployed to production' },
  ],
};
