import { span } from '../../../core/figures.ts';
import type { Measurement } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { binsBeside } from '../../profile/bins-beside.ts';
import type { Profile } from '../../profile/profile.ts';
import type { DriftEvidence } from './evidence.ts';
import { type DriftMeasurement, judgeWindow } from './judge-drift.ts';
import { onsetOf } from './onset.ts';
import type { DriftOptions } from './options.ts';

/** Windows shown in an alert's chart, enough to include the onset. */
const CHARTED = 30;

interface Drift {
  /** `flights v3` */
  title: string;
  /** Oldest first, up to the window that raised the alert. */
  history: readonly Measurement<DriftMeasurement>[];
  options: DriftOptions;
  /** This many windows in a row without drift end a drift. */
  quiet: number;
  /** Start of the window in which the drift began, if that is known otherwise. */
  since?: number | undefined;
}

type Column = DriftEvidence['columns'][number];

/** A column of the newest window next to the reference. */
export function histogramOf(
  { title, history }: Drift,
  column: Column,
  reference: Profile,
  current: Profile,
): Chart[] {
  const latest = history.at(-1);
  if (!latest) return [];
  return [
    {
      kind: 'histogram',
      title: `${title}: ${column.name} has moved`,
      subtitle: `Training data against ${span(latest.window)}`,
      feature: column.name,
      bins: binsBeside(reference, current),
      ...(column.psi !== undefined && { psi: column.psi }),
    },
  ];
}

/** The column's PSI for each window, with the onset of the drift. */
export function timelineOf(drift: Drift, column: Column): Chart[] {
  const { history, options, quiet, since } = drift;
  const latest = history.at(-1);
  const points = history.slice(-CHARTED - 1).flatMap(({ window, measured }) => {
    const judged = judgeWindow(measured, options);
    const found = [...judged.features, ...judged.predictions].find(
      ({ name }) => name === column.name,
    );
    if (found?.psi === undefined) return [];
    const drifted = found.drifted || window === latest?.window;
    return [{ time: window.to, from: window.from, value: found.psi, drifted }];
  });
  if (!latest || points.length < 2) return [];
  const { to } = latest.window;
  const onset =
    since === undefined
      ? onsetOf(points, quiet)
      : points.find(({ from }) => from.getTime() === since);
  const began = onset &&
    onset.time < to && {
      time: onset.time,
      label: `drift began, ${span({ from: onset.from, to: onset.time })}`,
    };
  return [
    {
      kind: 'timeline',
      title: `PSI of ${column.name}, window by window`,
      metric: 'PSI',
      points: points.map(({ time, value }) => ({ time, value })),
      threshold: { warn: options.warn, alert: options.alert },
      marks: [...(began ? [began] : []), { time: to, label: 'alert' }],
    },
  ];
}
