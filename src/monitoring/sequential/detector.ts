import type { Profile } from '../profile/profile.ts';
import {
  type Baseline,
  baselineOf,
  commonCorrelation,
  deviationOf,
  standardized,
} from './baseline.ts';
import { SHIFTS } from './evidence.ts';
import { fitOf } from './fit.ts';
import { type Gauge, gaugesOf } from './gauges.ts';
import type { ReadGauge, Readings } from './readings.ts';
import { type ProfiledWindow, readIn } from './windows.ts';

/** A gauge and what the reference's windows tell about it. */
export interface Known {
  gauge: Gauge;
  baseline: Baseline;
}

/** A detector: what it knows from its reference, which never changes. */
export interface Detector {
  hours: number;
  /** Only gauges whose reference is long enough. None: it is still learning. */
  known: readonly Known[];
  /** The same, as a judge needs them. */
  gauges: readonly ReadGauge[];
  /** Columns without any such gauge. */
  learning: readonly string[];
}

/** Learns from a version's reference, which gives the bins, and from its windows in order of time. */
export function createDetector(
  reference: Readonly<Record<string, Profile>>,
  windows: readonly ProfiledWindow[],
  hours: number,
): Detector {
  const fits = Object.entries(reference)
    .flatMap(([column, profile]) => gaugesOf(column, profile))
    .flatMap((gauge) => {
      const fit = fitOf(
        windows.flatMap((window) => readIn(gauge, window) ?? []),
        hours,
      );
      return fit ? [{ gauge, fit }] : [];
    });
  const kinds = new Set(fits.map(({ gauge }) => gauge.kind));
  const alike = (kind: Gauge['kind']) => fits.filter(({ gauge }) => gauge.kind === kind);
  const common = new Map(
    [...kinds].map((kind) => [kind, commonCorrelation(alike(kind).map(({ fit }) => fit))]),
  );
  const known = fits
    .map(({ gauge, fit }) => ({
      gauge,
      baseline: baselineOf(fit, gauge.variance, hours, common.get(gauge.kind)),
    }))
    .filter(({ baseline }) => baseline.certifies);
  const columns = new Set(known.map(({ gauge }) => gauge.column));
  const learning = Object.keys(reference).filter((name) => !columns.has(name));
  return { hours, known, gauges: known.map(asRead), learning };
}

/** What the detector's gauges read in one window: all that judging it needs. */
export function readingsOf({ hours, known, gauges }: Detector, window: ProfiledWindow): Readings {
  const x = known.map(({ gauge, baseline }) => {
    const now = readIn(gauge, window);
    return now ? standardized(baseline, now) : null;
  });
  return { hours, start: window.start, gauges, x };
}

function asRead({ gauge, baseline }: Known): ReadGauge {
  const { correlation, degrees, tolerance, tails } = baseline;
  return {
    ...{ column: gauge.column, gauge: gauge.name, correlation, degrees, tolerance },
    ...{ up: tails.up, down: tails.down },
  };
}

/**
 * The smallest lasting shift for which evidence grows at all: tol + δ / 2 for the smallest δ, in units of what
 * windows differ by (√((1 + ρ) / (1 − ρ)) more for autocorrelated ones). For a location the shift of the column
 * in its own standard deviations, if it is normal; otherwise in the unit of the gauge. `rows`: of a usual window.
 */
export function smallestShift({ gauge, baseline }: Known, rows: number): number {
  const { correlation: rho, tolerance, tails } = baseline;
  const wider = Math.max(tails.up, tails.down);
  const inUnits = wider * (tolerance + SHIFTS[0] / 2) * Math.sqrt((1 + rho) / (1 - rho));
  const shift = inUnits * deviationOf(baseline, rows);
  return gauge.name === 'location' ? shift * 2 * Math.sqrt(Math.PI) : shift;
}
