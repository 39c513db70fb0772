import { describe, expect, it } from 'vitest';
import { evaluationPictures } from '../../commands/steps/evaluation-charts.ts';
import { monitorPictures } from '../../commands/steps/monitor-charts.ts';
import { drawnInTime } from '../../commands/steps/pictures.ts';
import { latencyBin } from '../../src/core/latency.ts';
import type { MonitorSpec } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { askedCharts, noCharts } from '../fakes/charts.ts';

const worse = { by: 0.08, low: 0.06, high: 0.1 };
const slice = { rows: 90, inside: 0.5, outside: 0.42, worse, p: 0.001, adjustedP: 0.002 };
const report = {
  slices: {
    ...{ metric: 'logLoss', higherIsBetter: false, overall: 0.43, tested: 2 },
    found: [
      { column: 'origin', value: 'ORD', ...slice, isWeak: true },
      { column: 'carrier', value: 'AA', ...slice, isWeak: false },
    ],
  },
  calibration: {
    ...({ of: 'share', error: 0.01 } as const),
    bins: [{ rows: 10, predicted: 0.2, actual: 0.3, low: 0.1, high: 0.5 }],
  },
  curves: [
    {
      ...{ of: 'yes', rows: 100, positives: 20, auc: 0.7, averagePrecision: 0.4 },
      points: [{ threshold: 0.5, recall: 1, falseAlarms: 1, precision: 0.2 }],
    },
  ],
  decision: {
    cost: { fp: 1, fn: 5 },
    ...{ implied: { at: 0.167, cost: 1, falsePositives: 40, falseNegatives: 5 } },
    ...{ best: { at: 0.2, cost: 1, falsePositives: 40, falseNegatives: 5 } },
    ...{ usual: { at: 0.5, cost: 1, falsePositives: 0, falseNegatives: 20 } },
  },
  residuals: { p5: -3, p25: -1, p50: 0, p75: 1, p95: 4 },
};
const about = {
  ...{ name: 'flights v2', metric: { words: 'Log loss', unit: undefined } },
  ...{ unit: 'minutes', by: undefined },
};

const monitor = (name: string, kind: string): MonitorSpec => ({
  name,
  ...kindOf(kind).schema.parse({ kind, window_hours: 24 }),
});
const DAY_MS = 86_400_000;
function finding(at: number, version: number, detail: Finding['detail']): Finding {
  const window = { from: new Date(at * DAY_MS), to: new Date((at + 1) * DAY_MS) };
  return {
    ...{ monitor: 'flights/x', environment: 'production', version, window, detail },
    ...{ status: 'ok', signals: [], at: new Date(0) },
  };
}

describe('commands, pictures', () => {
  it('draws slices, calibration, curves and residuals of an evaluation', async () => {
    const charts = askedCharts();
    const { pictures } = await drawnInTime(evaluationPictures(report, about, charts));
    expect(pictures?.map(({ alt }) => alt)).toEqual([
      'slices',
      'calibration',
      'curves',
      'curves',
      'residuals',
    ]);
    expect(charts.asked).toMatchObject([
      {
        chart: {
          metric: 'Log loss',
          slices: [{ name: 'origin = ORD', by: 0.08, isWeak: true }, {}],
        },
      },
      { chart: { unit: 'probability', bins: [{ predicted: 0.2 }] } },
      {
        chart: {
          ...{ figure: 'AUC', chance: 'diagonal' },
          curves: [
            {
              name: 'yes',
              figure: 0.7,
              points: [
                { x: 0, y: 0 },
                { x: 1, y: 1 },
              ],
            },
          ],
          marks: [
            { label: '0.500, threshold of the metrics', x: 0, y: 0 },
            { label: '0.167, threshold for the cost', x: 0.5, y: 0.75 },
          ],
        },
      },
      {
        chart: {
          ...{ figure: 'average precision', chance: { y: 0.2 } },
          curves: [{ figure: 0.4, points: [{ x: 1, y: 0.2 }] }],
          // At 0.5 nothing is predicted positive, so there is no precision.
          marks: [{ x: 0.75, y: 15 / 55 }],
        },
      },
      { chart: { unit: 'minutes', p50: 0 } },
    ]);
    const only = askedCharts();
    evaluationPictures(report, { ...about, by: 'carrier' }, only);
    expect(only.asked[0]).toMatchObject({ chart: { slices: [{ name: 'carrier = AA' }] } });
  });

  it('draws what was measured with the estimate beside it, drift by column, and deployments', async () => {
    const charts = askedCharts();
    const auc = (value: number) => ({ name: 'auc', words: 'AUC', value });
    const days = [3, 2, 1, 0];
    const watched = [
      {
        monitor: monitor('auc', 'performance'),
        findings: days.map((day) =>
          finding(day, day < 2 ? 1 : 2, {
            ...{
              rows: 900,
              labelled: 900,
              positives: 400,
              slices: [],
              metrics: [auc(0.7 - day / 10)],
            },
          }),
        ),
      },
      {
        monitor: monitor('guess', 'estimated'),
        findings: days.map((day) => finding(day, 1, { rows: 900, metrics: [auc(0.7)] })),
      },
    ];
    await drawnInTime(monitorPictures('flights in production', watched, charts));
    expect(charts.asked).toHaveLength(1);
    expect(charts.asked[0]).toMatchObject({
      kind: 'timeline',
      chart: {
        ...{ title: 'flights in production: AUC', metric: 'AUC, measured' },
        points: [0.7, 0.6, 0.5, 0.4].map((value) => ({ value: expect.closeTo(value) })),
        also: { name: 'estimated', points: [{}, {}, {}, {}] },
        marks: [{ time: new Date(2 * DAY_MS), label: 'v2 live' }],
      },
    });
  });

  it('draws how fast answers were and what failed, with the budget that is nearest', async () => {
    const charts = askedCharts();
    const bins = (ms: number): [number, number][] => [
      [latencyBin(5), 90],
      [latencyBin(ms), 10],
    ];
    const found = [80, 40].map((ms, day) =>
      finding(1 - day, 1, { rows: 100, errors: 2, latencies: bins(ms) }),
    );
    const watched = [{ monitor: monitor('speed', 'latency'), findings: found }];
    await drawnInTime(monitorPictures('flights in production', watched, charts));
    expect(charts.asked.map(({ chart }) => chart)).toMatchObject([
      {
        ...{ title: 'flights in production: Latency (ms)', metric: 'Latency (ms), p99' },
        ...{ threshold: { alert: 100 }, also: { points: [{}, {}] } },
        points: [{ time: new Date(DAY_MS) }, { time: new Date(2 * DAY_MS) }],
      },
      { metric: 'Failed requests (%), failed', threshold: { alert: 1 }, points: [{}, {}] },
    ]);
  });

  it('draws how long nothing came, the nearest to its limit first, and the age', async () => {
    const charts = askedCharts();
    const found = [20, 2].map((hours, day) =>
      finding(1 - day, 1, { rows: 9, trafficHours: 3, labelHours: hours, ageDays: 7 - day }),
    );
    const stale = monitor('stale', 'staleness');
    const settings = { ...stale.settings, no_labels_hours: 24 };
    const watched = [{ monitor: { ...stale, settings }, findings: found }];
    await drawnInTime(monitorPictures('flights in production', watched, charts));
    expect(charts.asked.map(({ chart }) => chart)).toMatchObject([
      {
        metric: 'Time since the last request or label (hours), labels',
        points: [{ value: 2 }, { value: 20 }],
        also: { name: 'traffic', points: [{ value: 3 }, { value: 3 }] },
      },
      { metric: 'Age of the version (days), age', points: [{ value: 6 }, { value: 7 }] },
    ]);
  });

  it('answers without what cannot be drawn, and without what comes too late', async () => {
    expect(await drawnInTime(evaluationPictures(report, about, noCharts))).toEqual({});
    const never = new Promise<never>(() => {});
    const soon = Promise.resolve({ sha256: '1', alt: 'soon', width: 1, height: 1 });
    expect(await drawnInTime([never, soon], 5)).toMatchObject({ pictures: [{ alt: 'soon' }] });
  });
});
