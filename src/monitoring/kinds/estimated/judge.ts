import type { Measurement, Verdict } from '../../../core/monitor.ts';
import { confirm } from '../../confirm.ts';
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

/** The whole band of the estimate is on the worse side of the limit. */
function isWorse(watched: WatchedFigure, monitor: EstimatedMonitor): boolean {
  const { value, error, higherIsBetter } = watched;
  const limit = limitOf(watched, monitor);
  return higherIsBetter ? value + ERRORS * error < limit : value - ERRORS * error > limit;
}

/** An alarm if the band of the estimate lies outside of the reference band in `need` of the last `of` windows. */
export function judge(
  latest: Window,
  earlier: readonly Window[],
  monitor: EstimatedMonitor,
): Verdict<EstimatedEvidence> {
  const { need, of, minRows } = monitor;
  const isJudgeable = (window: Window): window is Judgeable =>
    window.measured.rows >= minRows && window.measured.watched !== undefined;
  const evidence = { ...latest.measured, need, of };
  if (!isJudgeable(latest))
    return { status: 'insufficient data', signals: [], over: false, evidence };
  const { watched } = latest.measured;
  const past = earlier
    .filter(isJudgeable)
    .filter(({ measured }) => measured.watched.name === watched.name)
    .map(({ measured }) => isWorse(measured.watched, monitor));
  const worse = isWorse(watched, monitor);
  const isAlert = worse && confirm(past, true, { need, of });
  const newest = [...past, worse].slice(-of);
  return {
    status: isAlert ? 'alert' : 'ok',
    signals: isAlert ? [watched.words] : [],
    over: newest.length === of && !newest.includes(true),
    evidence: { ...evidence, limit: limitOf(watched, monitor) },
  };
}
