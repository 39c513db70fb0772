import type { Profile } from '../profile/profile.ts';
import { type Baseline, type GaugeWindow, learn } from './baseline.ts';
import { logEvidence, nextCusum, nextSum, SHIFTS } from './evidence.ts';
import { type Gauge, gaugesOf } from './gauges.ts';
import { innovation } from './innovation.ts';

/** The profiles of one window, by column. */
export interface ProfiledWindow {
  /** Milliseconds since the epoch. */
  start: number;
  columns: Readonly<Record<string, Profile>>;
}

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
}

/** What it has seen so far. Plain JSON; the lists are by gauge as in `known`, then up and down, then size of shift. */
export interface DetectorState {
  sums: readonly number[];
  cusums: readonly number[];
  /** Start of the first window since the CUSUM's last restart, in milliseconds since the epoch; null: just restarted. */
  since: readonly (number | null)[];
  /** The last window, by gauge; null without one. */
  last: readonly (GaugeWindow | null)[];
}

/** The state after one more window. */
export interface Step {
  /** With evidence set back after an alarm. */
  state: DetectorState;
  /** The average over everything that was watched: an alarm from the number of windows in the budget. */
  evidence: number;
  alarm?: Alarm;
}

interface Alarm {
  /** The strongest evidence first. A ranking, no second test. */
  moved: { column: string; gauge: string; direction: 'up' | 'down'; evidence: number }[];
  /** Start of the window in which the strongest change seems to have begun. */
  since: number;
}

/** How many columns an alarm names at most. */
const NAMED = 5;

/** Learns from a version's reference, which gives the bins, and from its windows in order of time. */
export function createDetector(
  reference: Readonly<Record<string, Profile>>,
  windows: readonly ProfiledWindow[],
  hours: number,
): Detector {
  const known = Object.entries(reference)
    .flatMap(([column, profile]) => gaugesOf(column, profile))
    .flatMap((gauge) => {
      const seen = windows.flatMap((window) => readIn(gauge, window) ?? []);
      const baseline = learn(gauge, seen, hours);
      return baseline?.certifies ? [{ gauge, baseline }] : [];
    });
  return { hours, known };
}

export function startOf({ known }: Detector): DetectorState {
  return { ...nothing(known.length), last: known.map(() => null) };
}

/**
 * Reads one more window. `budget` is the number of windows with one false alarm on average: without a change it
 * takes at least so many until an alarm, as far as the reference's windows are like the live ones. A gauge that
 * the window cannot be read for keeps its evidence.
 */
export function advance(
  { hours, known }: Detector,
  state: DetectorState,
  window: ProfiledWindow,
  budget: number,
): Step {
  const sums = [...state.sums];
  const cusums = [...state.cusums];
  const since = [...state.since];
  const last = [...state.last];
  let place = -1;
  for (const { gauge, baseline } of known) {
    place += 1;
    const now = readIn(gauge, window);
    if (!now) continue;
    const z = innovation(baseline, now, last[place] ?? undefined, hours);
    last[place] = now;
    let at = place * PER_GAUGE;
    for (const { sign } of DIRECTIONS)
      for (const shift of SHIFTS) {
        const logE = logEvidence(sign * z, shift, baseline.tolerance);
        const cusum = nextCusum(cusums[at] ?? 0, logE);
        sums[at] = nextSum(sums[at] ?? 0, logE);
        cusums[at] = cusum;
        since[at] = cusum === 0 ? null : (since[at] ?? window.start);
        at += 1;
      }
  }
  const evidence = sums.length === 0 ? 0 : sums.reduce((all, sum) => all + sum, 0) / sums.length;
  const seen = { sums, cusums, since, last };
  if (evidence < budget) return { state: seen, evidence };
  return {
    state: { ...nothing(known.length), last },
    evidence,
    alarm: alarmOf(known, seen, window.start),
  };
}

/**
 * The smallest lasting shift for which evidence grows at all: tol + δ / 2 for the smallest δ, in units of what
 * windows differ by (√((1 + ρ) / (1 − ρ)) more for autocorrelated ones). For a location the shift of the column
 * in its own standard deviations, if it is normal; otherwise in the unit of the gauge. `rows`: of a usual window.
 */
export function smallestShift({ gauge, baseline }: Known, rows: number): number {
  const { correlation: rho, tolerance, between, row } = baseline;
  const inUnits = (tolerance + SHIFTS[0] / 2) * Math.sqrt((1 + rho) / (1 - rho));
  const shift = inUnits * Math.sqrt(between + row / rows);
  return gauge.name === 'location' ? shift * 2 * Math.sqrt(Math.PI) : shift;
}

const DIRECTIONS = [
  { direction: 'up', sign: 1 },
  { direction: 'down', sign: -1 },
] as const;

const PER_GAUGE = DIRECTIONS.length * SHIFTS.length;

function nothing(gauges: number): Omit<DetectorState, 'last'> {
  const zeros = new Array<number>(gauges * PER_GAUGE).fill(0);
  return { sums: zeros, cusums: zeros, since: zeros.map(() => null) };
}

function readIn(gauge: Gauge, { start, columns }: ProfiledWindow): GaugeWindow | undefined {
  const profile = Object.hasOwn(columns, gauge.column) ? columns[gauge.column] : undefined;
  const reading = profile && gauge.read(profile);
  return reading && { start, ...reading };
}

function alarmOf(
  known: readonly Known[],
  { sums, since }: Omit<DetectorState, 'last'>,
  now: number,
): Alarm {
  const all = known.flatMap(({ gauge }) =>
    DIRECTIONS.flatMap(({ direction }) =>
      SHIFTS.map(() => ({ column: gauge.column, gauge: gauge.name, direction })),
    ),
  );
  const strongest = all
    .map((one, at) => ({ ...one, evidence: sums[at] ?? 0, since: since[at] ?? now }))
    .toSorted((a, b) => b.evidence - a.evidence);
  const best = new Map<string, (typeof strongest)[number]>();
  for (const one of strongest) if (!best.has(one.column)) best.set(one.column, one);
  return {
    moved: [...best.values()].slice(0, NAMED).map(({ since: _, ...one }) => one),
    since: strongest[0]?.since ?? now,
  };
}
