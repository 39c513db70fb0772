import { z } from 'zod';
import { SHIFTS } from './evidence.ts';

/** Each gauge is watched for a change up and down, by each size of shift. */
export const DIRECTIONS = [
  { direction: 'up', sign: 1 },
  { direction: 'down', sign: -1 },
] as const;
export const PER_GAUGE = DIRECTIONS.length * SHIFTS.length;

const Moved = z.object({
  column: z.string(),
  gauge: z.string(),
  direction: z.enum(['up', 'down']),
  evidence: z.number(),
});

/** A column that moved: a ranking, no second test. */
export type Moved = z.infer<typeof Moved>;

const Open = z.object({
  evidence: z.number(),
  since: z.number(),
  at: z.number(),
  moved: z.array(Moved),
  lasting: z.array(z.number()),
});

/** An alarm whose change is not over. Times are starts of windows, in milliseconds since the epoch. */
export type OpenAlarm = z.infer<typeof Open>;

/**
 * What a detector has seen so far. Plain JSON; lists are by gauge, and where there are several numbers a gauge, up
 * and down, then size of shift.
 */
export interface DetectorState {
  /** Start of the last window, in milliseconds since the epoch; null before the first. */
  at: number | null;
  /** What the gauges read in it. */
  x: readonly (number | null)[];
  /** Shiryaev–Roberts sums since the last alarm. */
  sums: readonly number[];
  /** CUSUMs, which an alarm does not set back: they tell when a change began, and when it is over. */
  cusums: readonly number[];
  /** Start of the first window since the CUSUM's last restart; null: just restarted. */
  since: readonly (number | null)[];
  /** Windows right after each other without an open alarm, up to the last one. */
  calm: number;
  open?: OpenAlarm | undefined;
}

const State = z.object({
  at: z.number().nullable(),
  x: z.array(z.number().nullable()),
  sums: z.array(z.number()),
  cusums: z.array(z.number()),
  since: z.array(z.number().nullable()),
  calm: z.number(),
  open: Open.optional(),
});

export function emptyState(gauges: number): DetectorState {
  const zeros = new Array<number>(gauges * PER_GAUGE).fill(0);
  return {
    at: null,
    x: new Array<null>(gauges).fill(null),
    ...{ sums: zeros, cusums: zeros, since: zeros.map(() => null) },
    calm: 0,
  };
}

/** A stored state of a detector with so many gauges; an empty one if it is none. */
export function readState(stored: unknown, gauges: number): DetectorState {
  const { data } = State.safeParse(stored);
  const fits =
    data?.x.length === gauges &&
    [data.sums, data.cusums, data.since].every((list) => list.length === gauges * PER_GAUGE);
  return data && fits ? data : emptyState(gauges);
}
