import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { addLatencies, latencyQuantile } from '../../../core/latency.ts';
import type { Measurement as Measured, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { judge } from './judge.ts';
import { type LatencyMeasurement, Measurement, signalsOf } from './measurement.ts';
import { amount, Evidence, report } from './report.ts';
import { faults, type LatencyMonitor, QUANTILES, Settings } from './settings.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 30;

/** Whether the gateway answers in time, and how often it fails. */
export const latency = defineMonitorKind({
  name: 'latency',
  summary: 'Whether requests are answered in time, and how many fail',
  grade: 'harm',
  defaults: { windowHours: 1, minRows: 100, need: 2, of: 3 },
  windowsOf: 'clock',
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  judge,
  report,

  async open({ model, environment, version }, monitor, { traffic }) {
    return {
      async measure(window) {
        const endpoint = { model: model.name, environment };
        const hours = await traffic.within(endpoint, window, version);
        const sum = (of: 'requests' | 'failures') => hours.reduce((all, one) => all + one[of], 0);
        return {
          ...{ rows: sum('requests'), errors: sum('failures') },
          latencies: addLatencies(hours.map(({ latencies }) => latencies)),
        };
      },
      async charts({ confirmed: [name] }, history) {
        return name === undefined
          ? []
          : timelineOf(`${model.name} v${version}`, name, history, monitor);
      },
    };
  },

  /** The quantiles are of the same answers. */
  about: (_, signals) => ({
    subjects: [...new Set(signals.map((name) => (name === 'errors' ? name : 'latency')))],
  }),

  /** How many times the budget was needed. */
  size: (measured, monitor) =>
    Math.max(0, ...signalsOf(measured, monitor).map(({ found, budget }) => found / (budget || 1))),

  gist({ rows, errors, latencies }) {
    const p99 = latencyQuantile(latencies, 0.99);
    const failed = `${amount('errors', rows > 0 ? errors / rows : 0)} failed`;
    return p99 === undefined ? failed : `p99 ${amount('p99', p99)}, ${failed}`;
  },

  traces({ rows, errors, latencies }, { minRows, settings }) {
    if (rows < minRows) return [];
    const slow = QUANTILES.flatMap(({ name, share }): Trace[] => {
      const value = latencyQuantile(latencies, share);
      if (value === undefined) return [];
      return [{ subject: 'latency', title: 'Latency (ms)', name, value, limit: settings[name] }];
    });
    const failed = { subject: 'errors', title: 'Failed requests (%)', name: 'failed' };
    return [...slow, { ...failed, value: (errors / rows) * 100, limit: settings.errors * 100 }];
  },
});

function timelineOf(
  title: string,
  name: string,
  history: readonly Measured<LatencyMeasurement>[],
  monitor: LatencyMonitor,
): Chart[] {
  const unit =
    name === 'errors'
      ? { words: 'failed requests (%)', times: 100 }
      : { words: `${name} (ms)`, times: 1 };
  const found = history.slice(-CHARTED).flatMap(({ window, measured }) => {
    const signal = signalsOf(measured, monitor).find((one) => one.name === name);
    return signal ? [{ time: window.to, signal }] : [];
  });
  const latest = found.at(-1);
  if (!latest || found.length < 2) return [];
  return [
    {
      ...{
        kind: 'timeline',
        title: `${title}: ${unit.words}, window by window`,
        metric: unit.words,
      },
      points: found.map(({ time, signal }) => ({ time, value: signal.found * unit.times })),
      threshold: { alert: latest.signal.budget * unit.times },
      marks: [{ time: latest.time, label: 'alert' }],
    },
  ];
}
