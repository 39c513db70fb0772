import { type Season, seasonsOf } from './season.ts';
import { type GaugeWindow, isNext } from './windows.ts';

/** The windows of a reference as one gauge reads them, and the season that predicts them best. */
export interface Fit {
  windows: readonly GaugeWindow[];
  season: Season;
  /** The mean in each phase of the season. */
  means: readonly number[];
  /** The sum of squares of what the means leave. */
  squares: number;
  /**
   * Lag-1 autocorrelation of what the means leave. Short series underestimate it: corrected by (1 + 3r) / R
   * (Marriott & Pope 1954, Kendall 1954). Undefined if nothing is left.
   */
  correlation: number | undefined;
}

/**
 * Fits the windows of a reference, in order of time, with the season (none, by hour of the day, or of the week)
 * that predicts a new window best. Undefined if there is no window.
 */
export function fitOf(windows: readonly GaugeWindow[], hours: number): Fit | undefined {
  const [best] = seasonsOf(windows.length, hours)
    .map((season) => fitted(windows, season))
    .toSorted((a, b) => a.predictive - b.predictive);
  if (!best || windows.length === 0) return undefined;
  const { season, means, residuals, squares } = best;
  return { windows, season, means, squares, correlation: correlation(windows, residuals, hours) };
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
  return { season, means, residuals, squares, predictive };
}

function correlation(
  windows: readonly GaugeWindow[],
  residuals: readonly number[],
  hours: number,
): number | undefined {
  let products = 0;
  let squares = 0;
  let before: GaugeWindow | undefined;
  for (const [at, window] of windows.entries()) {
    const residual = residuals[at] ?? 0;
    squares += residual ** 2;
    if (before && isNext(before, window, hours)) products += residual * (residuals[at - 1] ?? 0);
    before = window;
  }
  if (squares === 0) return undefined;
  const raw = products / squares;
  return raw + (1 + 3 * raw) / windows.length;
}
