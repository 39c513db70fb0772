import type { Measurement, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { ERRORS, limitOf } from './judge.ts';
import type { EstimatedEvidence, EstimatedMeasurement } from './measurement.ts';
import type { EstimatedMonitor } from './settings.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 30;

/** The estimate of the watched metric for each window, with its limit. */
export function timelineOf(
  title: string,
  { watched, labelled = 0 }: EstimatedEvidence,
  history: readonly Measurement<EstimatedMeasurement>[],
  monitor: EstimatedMonitor,
): Chart[] {
  const points = history.slice(-CHARTED).flatMap(({ window, measured }) => {
    const same = measured.watched?.name === watched?.name ? measured.watched : undefined;
    return same && measured.rows >= monitor.minRows ? [{ time: window.to, value: same.value }] : [];
  });
  const latest = points.at(-1);
  if (!watched || !latest || points.length < 2) return [];
  return [
    {
      kind: 'timeline',
      title: `${title}: ${watched.words}, estimated ${labelled > 0 ? 'with the labels there are' : 'without labels (blind to concept drift)'}`,
      metric: `${watched.words}, estimated`,
      threshold: { alert: limitOf(watched, monitor) },
      points,
      marks: [{ time: latest.time, label: 'alert' }],
    },
  ];
}

/** Every estimated metric of a window with enough rows; the watched one with its limit and its band. */
export function tracesOf(measured: EstimatedMeasurement, monitor: EstimatedMonitor): Trace[] {
  const { rows, metrics, watched } = measured;
  if (rows < monitor.minRows) return [];
  return metrics.map(({ name, words, value, error, evaluated }): Trace => {
    const trace = { subject: name, title: words, name: 'estimated', value, evaluated };
    const limit = watched?.name === name ? limitOf(watched, monitor) : undefined;
    if (error === undefined) return { ...trace, limit };
    return { ...trace, limit, low: value - ERRORS * error, high: value + ERRORS * error };
  });
}
