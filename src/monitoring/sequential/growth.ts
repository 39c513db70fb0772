import { z } from 'zod';
import { advance, type Step } from './advance.ts';
import { LEAST_TOLERANCE } from './baseline.ts';
import { SHIFTS } from './evidence.ts';
import type { ReadGauge, Readings } from './readings.ts';
import { type DetectorState, PER_GAUGE } from './state.ts';

/** Windows, the sum of what a gauge read in them, and of its squares; in standard deviations of the reference. */
const Sums = z.tuple([z.number(), z.number(), z.number()]);
type Sums = z.infer<typeof Sums>;

const Growth = z.object({
  since: z.number().nullable(),
  grown: z.array(Sums),
  pending: z.array(Sums),
});

/** How far a reference has grown by live windows. Plain JSON; lists are by gauge. */
export interface Growth {
  /** Start of the first window that joined, in milliseconds since the epoch; null: none did. */
  since: number | null;
  /** The windows that joined. */
  grown: readonly Readonly<Sums>[];
  /** Windows that join if they turn out not to belong to a change. */
  pending: readonly Readonly<Sums>[];
}

const NONE: Sums = [0, 0, 0];
/** As far as one strange window counts. */
const CLIP = 3.5;
/** A gauge whose windows have come to vary by more than this (a variance) does not grow any further. */
const MOST_VARIANCE = 2;

/** The reference alone. */
export function noGrowth(gauges: number): Growth {
  const none = new Array<Sums>(gauges).fill(NONE);
  return { since: null, grown: none, pending: none };
}

/** As stored, for so many gauges; the reference alone if it is none. */
export function readGrowth(stored: unknown, gauges: number): Growth {
  const { data } = Growth.safeParse(stored);
  const fits = data?.grown.length === gauges && data.pending.length === gauges;
  return data && fits ? data : noGrowth(gauges);
}

/**
 * Judges one more window by a reference that grows, and lets it grow. A window joins for a gauge once all of the gauge's
 * CUSUMs have restarted after it: whatever may be the beginning of a change waits, and is left out if it becomes an
 * alarm. Nothing joins while an alarm is open.
 *
 * The mean never moves further from that of the reference than three standard errors of it, so a change that creeps
 * cannot carry the reference along: beyond that distance and the smallest shift that is certified now, it is found.
 */
export function advanceGrowing(
  before: DetectorState,
  growth: Growth,
  readings: Readings,
  budget: number,
): { step: Step; growth: Growth } {
  const { gauges } = readings;
  const move = (x: readonly (number | null)[]) =>
    x.map((one, at) => {
      const gauge = gauges[at];
      if (one === null || !gauge) return one;
      const { mean, variance } = momentsOf(gauge, growth.grown[at] ?? NONE);
      return (one - mean) / Math.sqrt(variance);
    });
  const seen = {
    ...readings,
    x: move(readings.x),
    gauges: gauges.map((gauge, at) => grownGauge(gauge, growth.grown[at] ?? NONE)),
  };
  const step = advance({ ...before, x: move(before.x) }, seen, budget);
  const state = { ...step.state, x: readings.x };
  return { step: { ...step, state }, growth: grow(growth, readings, state) };
}

/** The smallest shift that a gauge can certify now, as a share of what it could by the reference alone. */
export function shareOfShift(gauge: ReadGauge, grown: Readonly<Sums> = NONE): number {
  const least = (of: ReadGauge) => of.tolerance + SHIFTS[0] / 2;
  const { variance } = momentsOf(gauge, grown);
  return (Math.sqrt(variance) * least(grownGauge(gauge, grown))) / least(gauge);
}

/** How many windows joined: the median over the gauges that can grow. */
export function windowsGrown({ grown }: Growth, gauges: readonly ReadGauge[]): number {
  const many = gauges
    .flatMap((gauge, at) => (canGrow(gauge) ? [grown[at]?.[0] ?? 0] : []))
    .toSorted((a, b) => a - b);
  return many[Math.floor(many.length / 2)] ?? 0;
}

/** Whether more windows would tell a gauge more: its tolerance is not the least one already. */
const canGrow = ({ tolerance }: ReadGauge): boolean => tolerance > LEAST_TOLERANCE;

function grow(growth: Growth, { gauges, x, start }: Readings, state: DetectorState): Growth {
  if (state.open) return { ...growth, pending: growth.pending.map(() => NONE) };
  const grown = [...growth.grown];
  const pending = [...growth.pending];
  let { since } = growth;
  for (const [at, gauge] of gauges.entries()) {
    const read = x[at] ?? null;
    if (read === null || !canGrow(gauge)) continue;
    const waiting = plus(pending[at] ?? NONE, ofOne(read));
    const isQuiet = state.cusums
      .slice(at * PER_GAUGE, (at + 1) * PER_GAUGE)
      .every((cusum) => cusum === 0);
    pending[at] = isQuiet ? NONE : waiting;
    if (!isQuiet) continue;
    const joined = plus(grown[at] ?? NONE, waiting);
    if (!isWithin(gauge, joined)) continue;
    grown[at] = joined;
    since ??= start;
  }
  return { since, grown, pending };
}

function isWithin(gauge: ReadGauge, joined: Readonly<Sums>): boolean {
  const { mean, variance } = momentsOf(gauge, joined);
  return Math.abs(mean) <= gauge.tolerance && variance <= MOST_VARIANCE;
}

/**
 * Mean and variance of the reference and what joined it, where the reference alone has 0 and 1. The variance is never
 * less: that of a share that was 0 in all windows is a lower bound and no estimate.
 */
function momentsOf(gauge: ReadGauge, [windows, sum, squares]: Readonly<Sums>) {
  if (windows === 0) return { mean: 0, variance: 1 };
  const many = sizeOf(gauge) + windows;
  const mean = sum / many;
  const variance = (sizeOf(gauge) + squares) / many - mean ** 2;
  return { mean, variance: Math.max(1, variance) };
}

function grownGauge(gauge: ReadGauge, [windows]: Readonly<Sums>): ReadGauge {
  if (windows === 0) return gauge;
  const times = 1 + windows / sizeOf(gauge);
  return {
    ...gauge,
    degrees: gauge.degrees * times,
    tolerance: Math.max(LEAST_TOLERANCE, gauge.tolerance / Math.sqrt(times)),
  };
}

/** Windows of the reference, from its tolerance 3 / √(R (1 − ρ) / (1 + ρ)). */
function sizeOf({ tolerance, correlation }: ReadGauge): number {
  return ((3 / tolerance) ** 2 * (1 + correlation)) / (1 - correlation);
}

function ofOne(x: number): Sums {
  const one = Math.max(-CLIP, Math.min(CLIP, x));
  return [1, one, one ** 2];
}

const plus = (a: Readonly<Sums>, b: Readonly<Sums>): Sums => [
  a[0] + b[0],
  a[1] + b[1],
  a[2] + b[2],
];
