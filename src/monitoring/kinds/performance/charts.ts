import type { Measurement } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { isEnough, limitOf } from './judge.ts';
import type { PerformanceEvidence, PerformanceMeasurement } from './measurement.ts';
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
