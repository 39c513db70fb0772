import type { Fit } from './fit.ts';
import { innovation } from './innovation.ts';
import { type Season, windowsForDays } from './season.ts';
import { type GaugeWindow, isNext } from './windows.ts';

/** With fewer windows, nothing is known about how much windows differ. */
export const FEWEST_WINDOWS = 14;
/** A shift by less than a quarter of what windows usually differ by is no news, however long the reference. */
export const LEAST_TOLERANCE = 0.25;
/** With more, a shift that could be certified would be an outlier in any case. */
const MOST_TOLERANCE = 1.6;
const MOST_CORRELATION = 0.95;
/** Share of the windows' freedom. */
const MOST_LOST = 0.5;
/** One row of a window is never more than two standard deviations. */
const ROW_DEVIATIONS = 2;

/** What the windows of a reference tell about one gauge. */
export interface Baseline {
  windows: number;
  season: Season;
  /** The mean in each phase of the season. */
  means: readonly number[];
  /** Variance between windows, without what their limited numbers of rows explain. */
  between: number;
  /** Variance of one row. */
  row: number;
  /** Lag-1 autocorrelation of windows, rather too much than too little: see `baselineOf`. */
  correlation: number;
  /** Of Student's t for a new window. */
  degrees: number;
  /**
   * Three standard errors of the reference's mean, in standard deviations between windows, with autocorrelated
   * windows counted as fewer: R (1 − ρ) / (1 + ρ). At least a quarter.
   */
  tolerance: number;
  /** How far windows are spread upwards and downwards, in standard deviations: at least 1. */
  tails: { up: number; down: number };
  /** Whether the reference is long enough for any alarm. */
  certifies: boolean;
}

/**
 * The autocorrelation of several gauges of a kind together: their mean, weighted by windows. One gauge of a short
 * reference tells little (its standard error is about 1 / √R); together they tell more, because what makes windows
 * depend on each other (weather, a campaign) concerns most columns. Undefined if they tell nothing.
 */
export function commonCorrelation(fits: readonly Fit[]): number | undefined {
  let [sum, weight] = [0, 0];
  for (const { correlation = 0, squares, windows } of fits)
    if (squares > 0) {
      sum += correlation * windows.length;
      weight += windows.length;
    }
  return weight === 0 ? undefined : sum / weight;
}

/**
 * The baseline of a gauge. Its autocorrelation is its own estimate or that of its kind (`common`), whichever is higher,
 * plus one standard error √((1 − r²) / R): too little of it would raise false alarms for ever, too much only costs some delay. With ρ the
 * variance of windows is corrected as well, because neighbours that are alike hide a part of it, and the windows'
 * spread on either side is measured apart, because a skewed gauge reaches further on one of them.
 */
export function baselineOf(fit: Fit, variance: number, hours: number, common?: number): Baseline {
  const { windows, season, means, squares } = fit;
  const many = windows.length;
  const correlation = upperCorrelation(fit, common);
  const share = (1 - correlation) / (1 + correlation);
  const effective = many * share;
  // Windows' worth of freedom that the means use up. Where that is most of them, the variance is not known either.
  const lost = Math.min(season.phases / share, many * MOST_LOST);
  const predictive =
    many > season.phases ? (squares / Math.max(1, many - lost)) * (1 + lost / many) : 0;
  const isKnown = lost < many * MOST_LOST;
  const inverse = windows.reduce((sum, { rows }) => sum + 1 / rows, 0) / many;
  const tolerance = Math.max(LEAST_TOLERANCE, 3 / Math.sqrt(effective));
  const baseline: Baseline = {
    ...{ windows: many, season, means, correlation, tolerance },
    between: Math.max(0, predictive - variance * inverse),
    row: variance,
    degrees: Math.max(3, effective * (1 - season.phases / many)),
    tails: { up: 1, down: 1 },
    certifies:
      isKnown &&
      many >= Math.max(FEWEST_WINDOWS, windowsForDays(hours)) &&
      tolerance <= MOST_TOLERANCE,
  };
  return { ...baseline, tails: tailsOf(baseline, windows, hours) };
}

/** Standard deviation of a window with this number of rows. */
export function deviationOf({ between, row }: Baseline, rows: number): number {
  return Math.max(Math.sqrt(between + row / rows), 1 / (ROW_DEVIATIONS * rows));
}

/** The distance of a window from the mean of its phase, in standard deviations. */
export function standardized(baseline: Baseline, { start, value, rows }: GaugeWindow): number {
  const mean = baseline.means[baseline.season.phaseOf(start)] ?? value;
  return (value - mean) / deviationOf(baseline, rows);
}

function upperCorrelation({ correlation, windows }: Fit, common: number | undefined): number {
  const upper = (estimate = 0) =>
    estimate + Math.sqrt(Math.max(0, 1 - estimate ** 2) / windows.length);
  if (correlation === undefined) return Math.max(0, Math.min(MOST_CORRELATION, common ?? 0));
  const most = Math.max(upper(correlation), common === undefined ? 0 : upper(common));
  return Math.min(MOST_CORRELATION, Math.max(0, most));
}

/** The root mean square of the innovations on each side, as if the other side were its mirror image. */
function tailsOf(
  baseline: Baseline,
  windows: readonly GaugeWindow[],
  hours: number,
): Baseline['tails'] {
  let [up, down] = [0, 0];
  let before: { x: number; start: number } | undefined;
  for (const window of windows) {
    const x = standardized(baseline, window);
    const z = innovation(
      baseline.correlation,
      x,
      before && isNext(before, window, hours) ? before.x : undefined,
    );
    if (z > 0) up += z ** 2;
    else down += z ** 2;
    before = { x, start: window.start };
  }
  const spread = (squares: number) => Math.max(1, Math.sqrt((2 * squares) / windows.length));
  return { up: spread(up), down: spread(down) };
}
