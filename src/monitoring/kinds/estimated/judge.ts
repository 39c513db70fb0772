import type { Measurement, Verdict } from '../../../core/monitor.ts';
import { budgetOf, windowsOfBudget } from '../../budget.ts';
import { confirm } from '../../confirm.ts';
import { evidenceOf } from './evidence.ts';
import type { EstimatedEvidence, EstimatedMeasurement, WatchedFigure } from './measurement.ts';
import type { EstimatedMonitor } from './settings.ts';

type Window = Measurement<EstimatedMeasurement>;
type Judgeable = Window & { measured: { watched: WatchedFigure } };

/** Width of a band on each side, in standard errors. */
export const ERRORS = 3;

/** The end of the reference band on the worse side, with the tolerance. */
export function limitOf(
  { evaluated, evaluatedError, tolerance, higherIsBetter }: WatchedFigure,
  { settings }: Pick<EstimatedMonitor, 'settings'>,
): number {
  const allowed = ERRORS * evaluatedError + (settings.tolerance ?? tolerance);
  return higherIsBetter ? evaluated - allowed : evaluated + allowed;
}

/** The estimate is on the worse side of the limit. */
function isWorse(watched: WatchedFigure, monitor: EstimatedMonitor): boolean {
  const limit = limitOf(watched, monitor);
  return watched.higherIsBetter ? watched.value < limit : watched.value > limit;
}

/**
 * An alarm if the evidence of all windows that the estimate is beyond the reference band reaches the number of windows
 * in which one false alarm is allowed, in `need` of the last `of`, and the newest is still beyond it.
 */
export function judge(
  latest: Window,
  earlier: readonly Window[],
  monitor: EstimatedMonitor,
): Verdict<EstimatedEvidence> {
  const { need, of, minRows } = monitor;
  const isJudgeable = (window: Window): window is Judgeable =>
    window.measured.rows >= minRows && window.measured.watched !== undefined;
  const share = budgetOf(monitor);
  const evidence = {
    ...{ ...latest.measured, need, of, falseAlarms: share.falseAlarms },
    ...(share.monitors > 1 && { sharedBy: share.monitors }),
  };
  if (!isJudgeable(latest))
    return { status: 'insufficient data', signals: [], over: false, evidence };
  const { watched } = latest.measured;
  const figures = [...earlier.filter(isJudgeable), latest]
    .map(({ measured }) => measured.watched)
    .filter((one) => isComparable(one, watched));
  const wanted = Math.max(2, windowsOfBudget(share, monitor.windowHours));
  const found = evidenceOf(figures, (one) => limitOf(one, monitor), 2 * wanted);
  const raised = figures.map((one, at) => isWorse(one, monitor) && (found[at] ?? 0) >= wanted);
  const isAlert = raised.at(-1) === true && confirm(raised.slice(0, -1), true, { need, of });
  const newest = figures.slice(-of);
  return {
    status: isAlert ? 'alert' : 'ok',
    signals: isAlert ? [watched.words] : [],
    over: newest.length === of && !newest.some((one) => isWorse(one, monitor)),
    evidence: { ...evidence, limit: limitOf(watched, monitor), odds: found.at(-1) ?? 0 },
  };
}

/** Not so after the watched metric was changed, or the version evaluated again. */
const isComparable = (a: WatchedFigure, b: WatchedFigure): boolean =>
  a.name === b.name && a.evaluated === b.evaluated;
