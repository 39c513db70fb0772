import { span } from '../../../core/figures.ts';
import type { Measurement, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { binsBeside } from '../../profile/bins-beside.ts';
import type { Profile } from '../../profile/profile.ts';
import type { QualityMeasurement } from './measurement.ts';
import type { QualityMonitor } from './settings.ts';
import { type Signal, signalsOf, toleranceOf } from './signals.ts';
import { nameOf } from './words.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 30;

/** The worst signal for each window; undefined if it has no figure, or there is only one window. */
export function timelineOf(
  { id, check, ...signal }: Signal,
  history: readonly Measurement<QualityMeasurement>[],
  monitor: QualityMonitor,
): Chart[] {
  const isShare = !['range', 'volume'].includes(check);
  const points = history.slice(-CHARTED - 1).flatMap(({ window, measured }) => {
    const { found } = signalsOf(measured, monitor).find((one) => one.id === id) ?? {};
    return found === undefined ? [] : [{ time: window.to, value: isShare ? found * 100 : found }];
  });
  const latest = points.at(-1);
  if (!latest || points.length < 2) return [];
  const name = nameOf({ id, check, ...signal });
  return [
    {
      kind: 'timeline',
      title: `${name}, window by window`,
      metric: isShare ? `${name} (%)` : name,
      points,
      marks: [{ time: latest.time, label: 'alert' }],
    },
  ];
}

/** The distribution of a column in the newest window, next to the training data. */
export function histogramOf(
  title: string,
  { column }: Signal,
  history: readonly Measurement<QualityMeasurement>[],
  [reference, current]: readonly [Profile | undefined, Profile | undefined],
): Chart[] {
  const latest = history.at(-1);
  if (!latest || column === undefined || !reference || !current || current.count === 0) return [];
  return [
    {
      kind: 'histogram',
      title: `${title}: values of ${column}`,
      subtitle: `Training data against ${span(latest.window)}`,
      feature: column,
      bins: binsBeside(reference, current),
    },
  ];
}

/** For each column with enough rows, the check whose share rose most above that of the training data. */
export function tracesOf(
  { columns }: QualityMeasurement,
  { minRows, settings }: QualityMonitor,
): Trace[] {
  return columns
    .filter(({ rows }) => rows >= minRows)
    .flatMap(({ name, checks }) => {
      const rises = checks
        .map((check) => ({
          rise: Math.max(0, check.window - check.reference),
          tolerance: toleranceOf(check.name, settings),
        }))
        .toSorted((a, b) => b.rise / b.tolerance - a.rise / a.tolerance);
      const [most] = rises;
      if (!most) return [];
      const about = { subject: 'invalid', title: 'Missing or invalid values (points above usual)' };
      return [{ ...about, name, value: most.rise * 100, limit: 2 * most.tolerance * 100 }];
    });
}
