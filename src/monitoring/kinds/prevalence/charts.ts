import type { Measurement, Trace } from '../../../core/monitor.ts';
import type { Chart } from '../../../core/ports/charts.ts';
import { ERRORS } from './judge.ts';
import type { LabelShare, PrevalenceEvidence, PrevalenceMeasurement } from './measurement.ts';
import type { PrevalenceMonitor } from './settings.ts';

/** Windows shown in an alert's chart. */
const CHARTED = 30;
/** Labels with a chart of their own. */
const MOST = 3;

/** The estimated share of each label that moved, over the windows. */
export function timelinesOf(
  title: string,
  { moved, tolerance }: PrevalenceEvidence,
  history: readonly Measurement<PrevalenceMeasurement>[],
): Chart[] {
  return moved.slice(0, MOST).flatMap((name): Chart[] => {
    const shares = history.slice(-CHARTED).flatMap(({ window, measured }) => {
      const share = measured.shares.find((one) => one.name === name);
      return share ? [{ time: window.to, share }] : [];
    });
    const latest = shares.at(-1);
    if (!latest || shares.length < 2) return [];
    const { estimated, evaluated } = latest.share;
    return [
      {
        kind: 'timeline',
        title: `${title}: share of ${name}, estimated without labels`,
        metric: `Share of ${name}, estimated`,
        threshold: { alert: evaluated + (estimated < evaluated ? -tolerance : tolerance) },
        points: shares.map(({ time, share }) => ({
          ...{ time, value: share.estimated },
          ...bandOf(share),
        })),
        marks: [{ time: latest.time, label: 'alert' }],
      },
    ];
  });
}

/** The share of every label, with its band. */
export function tracesOf(
  { rows, shares }: PrevalenceMeasurement,
  { minRows }: PrevalenceMonitor,
): Trace[] {
  if (rows < minRows) return [];
  return shares.map((share) => ({
    subject: `prevalence[${share.name}]`,
    title: `Share of ${share.name}`,
    name: 'prevalence',
    value: share.estimated,
    evaluated: share.evaluated,
    ...bandOf(share),
  }));
}

const bandOf = ({ estimated, error }: LabelShare) => ({
  low: Math.max(0, estimated - ERRORS * error),
  high: Math.min(1, estimated + ERRORS * error),
});
