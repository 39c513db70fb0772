import type { Measurement, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { isEnough, limitOf } from './judge.ts';
import type { PerformanceEvidence, PerformanceMeasurement, Risk } from './measurement.ts';
import { metricOf } from './report.ts';
import type { PerformanceMonitor } from './settings.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 30;

/** The watched metric for each window with enough labels, with its limit; then the first other one. */
export function timelinesOf(
  title: string,
  { risk, alarm, metrics }: PerformanceEvidence,
  history: readonly Measurement<PerformanceMeasurement>[],
  monitor: PerformanceMonitor,
): Chart[] {
  const shown = history.filter(({ measured }) => isEnough(measured, monitor)).slice(-CHARTED);
  const latest = shown.at(-1);
  if (!latest || shown.length < 2) return [];
  const marks = [
    ...(alarm ? [{ time: new Date(alarm.since), label: 'worse since' }] : []),
    { time: latest.window.to, label: 'alert' },
  ];
  const other = metrics.find(({ name }) => name !== risk?.metric);
  const named = [...(risk ? [risk.metric] : []), ...(other ? [other.name] : [])];
  return named.flatMap((name): Chart[] => {
    const points = shown.flatMap(({ window, measured }) => {
      const value = measured.metrics.find((metric) => metric.name === name)?.value;
      return value === undefined ? [] : [{ time: window.to, value }];
    });
    const words = metrics.find((metric) => metric.name === name)?.words ?? name;
    if (points.length < 2) return [];
    const limit = name === risk?.metric && metricOf(risk, limitOf(risk, monitor));
    return [
      {
        ...{ kind: 'timeline', title: `${title}: ${words}, window by window`, metric: words },
        ...{ points, marks },
        ...(limit !== false && { threshold: { alert: limit } }),
      },
    ];
  });
}

/** Of a normal distribution: 95% on both sides. */
const Z95 = 1.959964;

/** Every metric of a window with enough labels; the watched one with its limit and a 95% band. */
export function tracesOf(measured: PerformanceMeasurement, monitor: PerformanceMonitor): Trace[] {
  const { metrics, risk } = measured;
  if (!isEnough(measured, monitor)) return [];
  return metrics.flatMap(({ name, words, value, evaluated }): Trace[] => {
    if (value === undefined) return [];
    const watched = risk?.metric === name ? risk : undefined;
    const trace = { subject: name, title: words, name: 'measured', value, evaluated };
    if (!watched) return [trace];
    const limit = metricOf(watched, limitOf(watched, monitor));
    return [{ ...trace, ...bandOf(watched), limit }];
  });
}

/** Of the mean loss, by the spread of the rows' losses around it. */
function bandOf(risk: Risk): { low: number; high: number } {
  const mean = risk.sum / risk.rows;
  const variance = Math.max(0, risk.spread / risk.rows - (mean - risk.evaluated) ** 2);
  const half = Z95 * Math.sqrt(variance / risk.rows);
  const ends = [metricOf(risk, mean - half), metricOf(risk, mean + half)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}
