import type { Measurement, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { type StalenessMeasurement, signalsOf } from './measurement.ts';
import type { StalenessMonitor } from './settings.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 48;

/** How long something has not come at the end of each window, with what is allowed. */
export function timelineOf(
  title: string,
  name: string,
  history: readonly Measurement<StalenessMeasurement>[],
  monitor: StalenessMonitor,
): Chart[] {
  const points = history.slice(-CHARTED).flatMap(({ window, measured }) => {
    const signal = signalsOf(measured, monitor).find((one) => one.name === name);
    return signal ? [{ time: window.to, signal }] : [];
  });
  const latest = points.at(-1);
  if (!latest || points.length < 2) return [];
  const unit =
    name === 'age' ? 'age in days' : `hours without ${name === 'traffic' ? name : 'labels'}`;
  return [
    {
      ...{ kind: 'timeline', title: `${title}: ${unit}`, metric: unit },
      points: points.map(({ time, signal }) => ({ time, value: signal.found })),
      threshold: { alert: latest.signal.allowed },
      marks: [{ time: latest.time, label: 'alert' }],
    },
  ];
}

/** Everything that is checked: what has not come in one chart, in hours, and the age in days. */
export function tracesOf(measured: StalenessMeasurement, monitor: StalenessMonitor): Trace[] {
  return signalsOf(measured, monitor).map(({ name, found, allowed }) => ({
    ...(name === 'age'
      ? { subject: 'age', title: 'Age of the version (days)' }
      : { subject: 'silence', title: 'Time since the last request or label (hours)' }),
    ...{ name, value: found, limit: allowed },
  }));
}
