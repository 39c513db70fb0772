import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { addLatencies, latencyQuantile } from '../../../core/latency.ts';
import { timelineOf, tracesOf } from './charts.ts';
import { judge } from './judge.ts';
import { Measurement, signalsOf } from './measurement.ts';
import { amount, Evidence, report } from './report.ts';
import { faults, Settings } from './settings.ts';

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

  traces: tracesOf,
});
