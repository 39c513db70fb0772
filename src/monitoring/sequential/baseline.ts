import type { Gauge, Reading } from './gauges.ts';
import { type Season, seasonsOf, windowsForDays } from './season.ts';

/** With fewer windows, nothing is known about how much windows differ. */
const FEWEST_WINDOWS = 14;
/** A shift by less than a quarter of what windows usually differ by is no news, however long the reference. */
const LEAST_TOLERANCE = 0.25;
/** With more, a shift that could be certified would be an outlier in any case. */
const MOST_TOLERANCE = 1.6;
const MOST_CORRELATION = 0.95;
/** One row of a window is never more than two standard deviations. */
const ROW_DEVIATIONS = 2;

/** One window of the reference, or a live one, as a gauge reads it. */
export interface GaugeWindow extends Reading {
  /** Milliseconds since the epoch. */
  start: number;
}

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
  /** Lag-1 autocorrelation of windows: its estimate, corrected for bias, plus one standard error. */
  correlation: number;
  /** Of Student's t for a new window. */
  degrees: number;
  /**
   * Three standard errors of the reference's mean, in standard deviations between windows, with autocorrelated
   * windows counted as fewer: R (1 − ρ) / (1 + ρ). At least a quarter.
   */
  tolerance: number;
  /** Whether the reference is long enough for any alarm. */
  certifies: boolean;
}

/**
 * Learns from the windows of a reference, in order of time: their mean (by phase of the day or week, if that
 * predicts better), the variance between them, and the autocorrelation. Undefined if there is no window.
 */
export function learn(
  { variance }: Pick<Gauge, 'variance'>,
  windows: readonly GaugeWindow[],
  hours: number,
): Baseline | undefined {
  const [best] = seasonsOf(windows.length, hours)
    .map((season) => fitted(windows, season))
    .toSorted((a, b) => a.predictive - b.predictive);
  if (!best || windows.length === 0) return undefined;
  const { season, means, residuals, predictive } = best;
  const inverse = windows.reduce((sum, { rows }) => sum + 1 / rows, 0) / windows.length;
  const correlation = correlationOf(windows, residuals, hours);
  const effective = (windows.length * (1 - correlation)) / (1 + correlation);
  const tolerance = Math.max(LEAST_TOLERANCE, 3 / Math.sqrt(effective));
  return {
    windows: windows.length,
    ...{ season, means, correlation, tolerance },
    between: Math.max(0, predictive - variance * inverse),
    row: variance,
    degrees: Math.max(3, effective * (1 - season.phases / windows.length)),
    certifies:
      windows.length >= Math.max(FEWEST_WINDOWS, windowsForDays(hours)) &&
      tolerance <= MOST_TOLERANCE,
  };
}

/** Standard deviation of a window with this number of rows. */
export function deviationOf({ between, row }: Baseline, rows: number): number {
  return Math.max(Math.sqrt(between + row / rows), 1 / (ROW_DEVIATIONS * rows));
}

/** Means by phase; `predictive`: the expected squared error for a new window (residual variance × (1 + 1/K)). */
function fitted(windows: readonly GaugeWindow[], season: Season) {
  const sums = Array.from({ length: season.phases }, () => ({ sum: 0, many: 0 }));
  for (const { start, value } of windows) {
    const phase = sums[season.phaseOf(start)];
    if (phase) {
      phase.sum += value;
      phase.many += 1;
    }
  }
  const overall = windows.reduce((sum, { value }) => sum + value, 0) / windows.length;
  const means = sums.map(({ sum, many }) => (many === 0 ? overall : sum / many));
  const residuals = windows.map(
    ({ start, value }) => value - (means[season.phaseOf(start)] ?? overall),
  );
  const freedom = windows.length - season.phases;
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const predictive = freedom > 0 ? (squares / freedom) * (1 + season.phases / windows.length) : 0;
  return { season, means, residuals, predictive };
}

/**
 * Lag-1 autocorrelation, at least 0. Short series underestimate it: corrected by (1 + 3r) / R (Marriott & Pope
 * 1954, Kendall 1954), and one standard error √((1 − r²) / R) is added, because too little of it would
 * raise false alarms for ever and too much only costs some delay.
 */
function correlationOf(
  windows: readonly GaugeWindow[],
  residuals: readonly number[],
  hours: number,
): number {
  let products = 0;
  let squares = 0;
  for (const [at, residual] of residuals.entries()) {
    squares += residual ** 2;
    if (isNext(windows[at - 1], windows[at], hours))
      products += residual * (residuals[at - 1] ?? 0);
  }
  const many = windows.length;
  if (squares === 0) return 0;
  const raw = products / squares;
  const corrected = raw + (1 + 3 * raw) / many + Math.sqrt((1 - raw ** 2) / many);
  return Math.min(MOST_CORRELATION, Math.max(0, corrected));
}

/** Windows without rows are left out, and what comes after them is no longer next to what was before. */
export function isNext(
  before: { start: number } | undefined,
  after: { start: number } | undefined,
  hours: number,
): boolean {
  return before !== undefined && after?.start === before.start + hours * 3_600_000;
}
