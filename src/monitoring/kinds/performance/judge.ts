import type { Measurement, Verdict } from '../../../core/monitor.ts';
import { budgetOf, windowsOfBudget } from '../../budget.ts';
import { confirm } from '../../confirm.ts';
import { clusteringOf, type LossSums, lowerBound } from '../../statistics/bounded-mean.ts';
import type { PerformanceEvidence, PerformanceMeasurement, Risk } from './measurement.ts';
import type { PerformanceMonitor } from './settings.ts';

type Window = Measurement<PerformanceMeasurement>;
type Alarm = NonNullable<PerformanceEvidence['alarm']>;
/** A window with enough labels, and a loss that can be bounded. */
type Judgeable = Window & { measured: { risk: Risk } };

/** Whether so many labels are known that a figure may be shown. */
export function isEnough(
  { rows, labelled, positives }: PerformanceMeasurement,
  { minRows, settings }: PerformanceMonitor,
): boolean {
  const { min_positives: least, min_coverage: coverage } = settings;
  return (
    labelled >= minRows &&
    labelled >= coverage * rows &&
    (positives === undefined || (positives >= least && labelled - positives >= least))
  );
}

/**
 * An alarm if the lower bound of the loss over the newest windows, however many, exceeds the upper bound at the
 * evaluation by more than the tolerance (Podkopaev & Ramdas 2021, arXiv 2110.06177). A new confidence sequence starts
 * with each window; at the confidence 1 − 1/W, W the number of windows with one false alarm, the mean time to a false
 * alarm is at least that long (Shekhar & Ramdas 2023, arXiv 2309.09111).
 */
export function judge(
  latest: Window,
  earlier: readonly Window[],
  monitor: PerformanceMonitor,
): Verdict<PerformanceEvidence> {
  const { need, of, settings } = monitor;
  const share = budgetOf(monitor);
  const evidence = {
    ...{ ...latest.measured, matureAfterHours: settings.mature_after_hours },
    falseAlarms: share.falseAlarms,
    ...(share.monitors > 1 && { sharedBy: share.monitors }),
  };
  const isJudgeable = (window: Window): window is Judgeable =>
    isEnough(window.measured, monitor) && window.measured.risk !== undefined;
  if (!isJudgeable(latest)) {
    const status = isEnough(latest.measured, monitor) ? 'ok' : 'insufficient data';
    return { status, signals: [], over: false, evidence };
  }
  const windows = [...earlier.filter(isJudgeable), latest].filter(({ measured: { risk } }) =>
    isComparable(risk, latest.measured.risk),
  );
  const newest = windows.slice(-of);
  const alarms = newest.map((_, at) =>
    alarmAt(windows.slice(0, windows.length - newest.length + at + 1), monitor),
  );
  const alarm = alarms.at(-1);
  const raised = alarms.map((one) => one !== undefined);
  const isAlert = alarm !== undefined && confirm(raised.slice(0, -1), true, { need, of });
  return {
    status: isAlert ? 'alert' : 'ok',
    signals: isAlert ? [latest.measured.risk.words] : [],
    over: newest.length === of && newest.every(({ measured }) => !isWorse(measured.risk, monitor)),
    evidence: { ...evidence, ...(isAlert && { alarm }) },
  };
}

/** In units of `most`. */
export function limitOf(
  { upper, tolerance, most }: Risk,
  { settings }: Pick<PerformanceMonitor, 'settings'>,
): number {
  return upper + (settings.tolerance ?? tolerance) / most;
}

/** Not so after the watched metric was changed, or the version evaluated again. */
const isComparable = (a: Risk, b: Risk): boolean =>
  a.metric === b.metric && a.most === b.most && a.evaluated === b.evaluated;

const isWorse = (risk: Risk, monitor: PerformanceMonitor): boolean =>
  risk.sum / risk.rows > limitOf(risk, monitor);

/** At the last of these windows: since the first window from which on the evidence is strongest. */
function alarmAt(windows: readonly Judgeable[], monitor: PerformanceMonitor): Alarm | undefined {
  const last = windows.at(-1);
  // Evidence from before it ended is none that it lasts.
  if (!last || !isWorse(last.measured.risk, monitor)) return undefined;
  const limit = limitOf(last.measured.risk, monitor);
  const budget = windowsOfBudget(budgetOf(monitor), monitor.windowHours);
  const alpha = Math.min(0.5, 1 / budget);
  const clustering = clusteringOf(
    windows.map(({ measured }) => measured.risk),
    last.measured.risk.evaluated,
  );
  let sums: LossSums = { rows: 0, sum: 0, spread: 0 };
  let best: Alarm | undefined;
  for (const { window, measured } of windows.toReversed()) {
    const { rows, sum, spread } = measured.risk;
    sums = { rows: sums.rows + rows, sum: sums.sum + sum, spread: sums.spread + spread };
    const lower = lowerBound(sums, alpha, clustering);
    if (lower <= (best?.lower ?? limit)) continue;
    const about = { since: window.from.toISOString(), labelled: sums.rows };
    best = { ...about, loss: sums.sum / sums.rows, lower, limit };
  }
  return best;
}
