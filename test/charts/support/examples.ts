import type { CalibrationChart } from '../../../src/charts/calibration.ts';
import type { CurvesChart } from '../../../src/charts/curves.ts';
import type { HeatMapChart } from '../../../src/charts/heat-map.ts';
import type { DeltaChart, HistogramChart, TimelineChart } from '../../../src/charts/index.ts';
import type { ResidualsChart } from '../../../src/charts/residuals.ts';
import type { SlicesChart } from '../../../src/charts/slices.ts';

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

const windows = Array.from({ length: 18 }, (_, n) => ({
  from: new Date(start + n * week),
  to: new Date(start + (n + 1) * week),
}));
const wave = (n: number, seed: number) => Math.sin(n * 1.7 + seed * 2.3) * 0.5 + 0.5;

export const driftedOverTime: HeatMapChart = {
  ...{ title: 'flights in production: PSI by column', metric: 'PSI', limit: 0.2, windows },
  subtitle: 'Compared with the training data of the live version',
  rows: [
    { name: 'distance', values: windows.map((_, n) => (n === 14 ? 0.2 : 0.03 + 0.005 * n)) },
    {
      name: 'recent_lateness',
      values: windows.map((_, n) => (n < 12 ? 0.02 * n * 0.7 : 0.22 + 0.01 * (n - 12))),
    },
    ...Array.from({ length: 19 }, (_, row) => ({
      name: `column ${row}`,
      values: windows.map((_, n) => (row === 3 && n < 4 ? undefined : wave(n, row) * 0.063)),
    })),
  ],
  marks: [
    { time: new Date(start + 13 * week), label: 'v2 live' },
    { time: new Date(start + 15 * week), label: 'drift alert' },
  ],
};

export const calibrated: CalibrationChart = {
  ...{ title: 'Calibration of flights v2', unit: 'probability' },
  bins: Array.from({ length: 10 }, (_, n) => {
    const predicted = 0.05 + n * 0.1;
    const actual = 0.5 + (predicted - 0.5) * 0.86;
    return { rows: 1820, predicted, actual, low: actual - 0.022, high: actual + 0.022 };
  }),
};

export const sliced: SlicesChart = {
  ...{ title: 'flights v2 by slice', metric: 'Log loss' },
  slices: [
    { name: 'origin = ORD', by: 0.081, low: 0.062, high: 0.1, isWeak: true },
    { name: 'carrier = AA', by: 0.04, low: 0.021, high: 0.059, isWeak: true },
    { name: 'distance = 300 to 900', by: 0.008, low: -0.004, high: 0.02, isWeak: false },
    { name: 'weekday = 6', by: -0.012, low: -0.03, high: 0.006, isWeak: false },
  ],
};

export const residuals: ResidualsChart = {
  ...{ title: 'Errors of delays v1', unit: 'minutes' },
  ...{ p5: -31, p25: -14, p50: -6, p75: 6.5, p95: 58 },
};

export const estimatedBeside: TimelineChart = {
  ...falling,
  title: 'ROC AUC, measured and estimated',
  also: {
    name: 'estimated',
    points: falling.points.map(({ time }, at) => ({ time, value: 0.709 - 0.001 * at })),
  },
};

export const ranked: CurvesChart = {
  ...{ title: 'ROC of flights v2', x: 'False positive rate', y: 'True positive rate' },
  ...{ figure: 'AUC', chance: 'diagonal' },
  curves: ['very late', 'late', 'on time'].map((name, at) => ({
    ...{ name, figure: 0.8 - at / 20 },
    points: Array.from({ length: 101 }, (_, n) => ({
      ...{ x: n / 100, y: (n / 100) ** (0.3 + at / 8) },
    })),
  })),
  marks: [
    { label: '0.5, threshold of the metrics', x: 0.03, y: 0.03 ** 0.3 },
    { label: '0.167, threshold for the cost', x: 0.3, y: 0.3 ** 0.3 },
  ],
};
