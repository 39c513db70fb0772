import { z } from 'zod';
import type { Readings } from '../../sequential/readings.ts';

const Shift = z.object({ column: z.string(), shift: z.number() });

/** What the reference can certify. */
export const Certified = z.object({
  /** Smallest shift of a numeric column, in its standard deviations: of the best known, and of the least known. */
  least: Shift.optional(),
  most: Shift.optional(),
  /** Columns whose reference is too short. */
  learning: z.array(z.string()),
  /** If quiet live windows joined it: how many since when (milliseconds since the epoch), and `least` without them. */
  grown: z.object({ windows: z.number(), since: z.number(), alone: Shift.optional() }).optional(),
});
export type Certified = z.infer<typeof Certified>;

/** Why nothing can be certified. */
export const Learning = z.object({
  /**
   * `no windows`: the reference has no times, or was stored by an earlier release. `few windows`: it has too few.
   * `alike`: they depend too much on each other to count as so many.
   */
  reason: z.enum(['no windows', 'few windows', 'alike']),
  have: z.number().optional(),
  needed: z.number().optional(),
  /** Lengths of windows, in hours, for which it is long enough. */
  helps: z.array(z.number()).optional(),
});
export type Learning = z.infer<typeof Learning>;

const Numbers = z.array(z.number());

/** What a detector read in a window, as stored: by column of figures, which is a third as long. */
const Stored = z.object({
  id: z.string(),
  hours: z.number(),
  start: z.number(),
  columns: z.array(z.string()),
  gauges: z.array(z.string()),
  x: z.array(z.number().nullable()),
  correlation: Numbers,
  degrees: Numbers,
  tolerance: Numbers,
  up: Numbers,
  down: Numbers,
});

/** The part of a measurement that the budget needs. */
export const Sequential = z.object({
  learning: Learning.optional(),
  certified: Certified.optional(),
  readings: Stored.optional(),
});
export type Sequential = z.infer<typeof Sequential>;

export function storeReadings(
  id: string,
  { hours, start, gauges, x }: Readings,
): z.infer<typeof Stored> {
  return {
    ...{ id, hours, start },
    ...listsOf(gauges),
    x: x.map((one) => (one === null ? null : short(one))),
  };
}

/** Of a detector these are the same in every window. */
const lists = new WeakMap<Readings['gauges'], ReturnType<typeof newLists>>();

function listsOf(gauges: Readings['gauges']): ReturnType<typeof newLists> {
  const known = lists.get(gauges) ?? newLists(gauges);
  lists.set(gauges, known);
  return known;
}

const newLists = (gauges: Readings['gauges']) => ({
  columns: gauges.map(({ column }) => column),
  gauges: gauges.map(({ gauge }) => gauge),
  correlation: gauges.map(({ correlation }) => short(correlation)),
  degrees: gauges.map(({ degrees }) => short(degrees)),
  tolerance: gauges.map(({ tolerance }) => short(tolerance)),
  up: gauges.map(({ up }) => short(up)),
  down: gauges.map(({ down }) => short(down)),
});

export function readingsFrom({
  hours,
  start,
  columns,
  ...lists
}: z.infer<typeof Stored>): Readings {
  return {
    ...{ hours, start, x: lists.x },
    gauges: columns.map((column, at) => ({
      column,
      gauge: lists.gauges[at] ?? '',
      correlation: lists.correlation[at] ?? 0,
      degrees: lists.degrees[at] ?? 3,
      tolerance: lists.tolerance[at] ?? 0,
      up: lists.up[at] ?? 1,
      down: lists.down[at] ?? 1,
    })),
  };
}

/** Enough digits for evidence, and few enough to store every hour. */
export function short(value: number): number {
  // Half of all: nothing to shorten, and text is slow.
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return value;
  return Number(value.toPrecision(5));
}
