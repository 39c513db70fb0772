import { logEvidence, nextCusum, nextSum, SHIFTS } from './evidence.ts';
import { innovation, normalized } from './innovation.ts';
import type { Readings } from './readings.ts';
import { type DetectorState, DIRECTIONS, type Moved, type OpenAlarm, PER_GAUGE } from './state.ts';
import { isNext } from './windows.ts';

/** The state after one more window. */
export interface Step {
  state: DetectorState;
  /** The average over everything that is watched: an alarm from the number of windows in the budget. */
  evidence: number;
  /** What has moved most, the strongest first, once there is a tenth of the evidence for an alarm. */
  leading: readonly Moved[];
  /** Only in the window that raises it. Evidence is then set back to nothing. */
  alarm?: OpenAlarm;
  /**
   * There is no change: that of the last alarm is over with this window, or windows have long been calm (a change that
   * another detector found is not over because this one has hardly begun).
   */
  over: boolean;
}

/** How many columns an alarm names at most. */
const NAMED = 5;
/** A large change is found in fewer windows. */
const CALM = 5;
/** From this share of the evidence for an alarm on, what moved is worth a look. */
const NOTABLE = 0.1;

/**
 * Judges one more window. `budget` is the number of windows with one false alarm on average: without a change it
 * takes at least so many until an alarm, as far as the reference's windows are like the live ones. A gauge that
 * the window cannot be read for keeps its evidence.
 *
 * After an alarm the change counts as lasting until the CUSUM of each column that was named has restarted since.
 * CUSUMs stop growing at the budget, so that this does not depend on how long the change lasted.
 */
export function advance(before: DetectorState, readings: Readings, budget: number): Step {
  const sums = [...before.sums];
  const cusums = [...before.cusums];
  const since = [...before.since];
  const { start, hours, gauges } = readings;
  const follows = before.at !== null && isNext({ start: before.at }, readings, hours);
  const most = Math.log(budget);
  for (const [place, gauge] of gauges.entries()) {
    const x = readings.x[place] ?? null;
    if (x === null) continue;
    const last = follows ? (before.x[place] ?? undefined) : undefined;
    const z = normalized(innovation(gauge.correlation, x, last), gauge, gauge.degrees);
    let at = place * PER_GAUGE;
    for (const { sign } of DIRECTIONS)
      for (const shift of SHIFTS) {
        const logE = logEvidence(sign * z, shift, gauge.tolerance);
        const cusum = Math.min(most, nextCusum(cusums[at] ?? 0, logE));
        sums[at] = nextSum(sums[at] ?? 0, logE);
        cusums[at] = cusum;
        since[at] = cusum === 0 ? null : (since[at] ?? start);
        at += 1;
      }
  }
  const evidence = sums.length === 0 ? 0 : sums.reduce((all, sum) => all + sum, 0) / sums.length;
  const calm = follows ? before.calm + 1 : 1;
  const seen = { at: start, x: readings.x, sums, cusums, since };
  const ranked = evidence < budget * NOTABLE ? [] : ranking(readings, sums);
  const leading = ranked.map(({ at: _, ...one }) => one);
  const lasting = before.open?.lasting.filter((at) => (cusums[at] ?? 0) > 0) ?? [];
  if (evidence >= budget) {
    const alarm = alarmOf(
      ranked,
      seen,
      evidence,
      budget,
      before.open && { ...before.open, lasting },
    );
    const none = sums.map(() => 0);
    return {
      state: { ...seen, sums: none, calm: 0, open: alarm },
      evidence,
      leading,
      alarm,
      over: false,
    };
  }
  const open = before.open && lasting.length > 0 ? { ...before.open, lasting } : undefined;
  const state = { ...seen, calm: open ? 0 : calm, ...(open && { open }) };
  const ended = before.open !== undefined || (calm >= CALM && leading.length === 0);
  return { state, evidence, leading, over: !open && ended };
}

/** The strongest number of each column, the strongest column first. */
function ranking({ gauges }: Readings, sums: readonly number[]): (Moved & { at: number })[] {
  const all = gauges.flatMap(({ column, gauge }, place) =>
    DIRECTIONS.flatMap(({ direction }, side) =>
      SHIFTS.map((_, size) => {
        const at = place * PER_GAUGE + side * SHIFTS.length + size;
        return { column, gauge, direction, evidence: sums[at] ?? 0, at };
      }),
    ),
  );
  const best = new Map<string, (typeof all)[number]>();
  for (const one of all.toSorted((a, b) => b.evidence - a.evidence))
    if (!best.has(one.column)) best.set(one.column, one);
  return [...best.values()].slice(0, NAMED);
}

/**
 * Names the strongest column, and others that have as much evidence by themselves as an alarm needs on average. If the
 * change before it is not over, it is the same alarm with more columns.
 */
function alarmOf(
  ranked: readonly (Moved & { at: number })[],
  { at: now, since }: Pick<DetectorState, 'at' | 'since'>,
  evidence: number,
  budget: number,
  before: OpenAlarm | undefined,
): OpenAlarm {
  const named = ranked.filter((one, place) => place === 0 || one.evidence >= budget);
  const at = now ?? 0;
  const began = named[0] ? (since[named[0].at] ?? at) : at;
  const known = before?.moved ?? [];
  const added = named.filter(({ column }) => !known.some((one) => one.column === column));
  return {
    evidence: Math.max(evidence, before?.evidence ?? 0),
    since: before?.since ?? began,
    at: before?.at ?? at,
    moved: [...known, ...added.map(({ at: _, ...one }) => one)],
    lasting: [...new Set([...(before?.lasting ?? []), ...named.map((one) => one.at)])],
  };
}
