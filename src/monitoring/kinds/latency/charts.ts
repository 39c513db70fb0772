import { latencyQuantile } from '../../../core/latency.ts';
import type { Measurement, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { type LatencyMeasurement, signalsOf } from './measurement.ts';
import { type LatencyMonitor, QUANTILES } from './settings.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 30;

/** A quantile, or the share that failed, for each window with enough requests, with its budget. */
export function timelineOf(
  title: string,
  name: string,
  history: readonly Measurement<LatencyMeasurement>[],
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

/** The quantiles of a window with enough requests, in one chart, and the share that failed. */
export function tracesOf(
  { rows, errors, latencies }: LatencyMeasurement,
  { minRows, settings }: LatencyMonitor,
): Trace[] {
  if (rows < minRows) return [];
  const slow = QUANTILES.flatMap(({ name, share }): Trace[] => {
    const value = latencyQuantile(latencies, share);
    if (value === undefined) return [];
    return [{ subject: 'latency', title: 'Latency (ms)', name, value, limit: settings[name] }];
  });
  const failed = { subject: 'errors', title: 'Failed requests (%)', name: 'failed' };
  return [...slow, { ...failed, value: (errors / rows) * 100, limit: settings.errors * 100 }];
}
