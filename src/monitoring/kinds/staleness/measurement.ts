import { z } from 'zod';
import type { Traffic } from '../../../core/ports/traffic.ts';
import { MOST_HOURS, type StalenessMonitor } from './settings.ts';

const HOUR_MS = 3_600_000;
/** With fewer gaps it is unknown what is usual. */
const FEWEST_GAPS = 24;

/** The end of a window as stored: how long ago things came. */
export const Measurement = z.object({
  /** Requests in the window, and predictions made elsewhere. */
  rows: z.number(),
  /** Since the last of them; missing if none came in 28 days: perhaps nobody counted. */
  trafficHours: z.number().optional(),
  /** Since the last label; missing if none came in 28 days. */
  labelHours: z.number().optional(),
  /** The longest time between labels before the last one; missing if too little is known. */
  usualLabelHours: z.number().optional(),
  /** Since the version was made. */
  ageDays: z.number(),
});

export type StalenessMeasurement = z.output<typeof Measurement>;

/** The hours that `measureStaleness` needs. */
export const lookBack = (to: Date) => ({ from: new Date(to.getTime() - MOST_HOURS * HOUR_MS), to });

/** How stale an endpoint is at the end of a window, from the hours of the four weeks before. */
export function measureStaleness(
  hours: readonly Traffic[],
  { from, to }: { from: Date; to: Date },
  createdAt: Date,
): StalenessMeasurement {
  const came = ({ requests, elsewhere }: Traffic) => requests + elsewhere;
  const since = (time: number) => Math.max(0, (to.getTime() - time) / HOUR_MS);
  const latestOf = (some: readonly Traffic[]) =>
    some.reduce((latest, one) => Math.max(latest, one.latest.getTime()), Number.NEGATIVE_INFINITY);
  const asked = hours.filter((one) => came(one) > 0);
  const labelled = hours.filter(({ labels }) => labels > 0);
  const gaps = labelled.slice(1).map((one, at) => {
    const before = labelled[at]?.hour ?? one.hour;
    return (one.hour.getTime() - before.getTime()) / HOUR_MS;
  });
  return {
    rows: hours.filter(({ hour }) => hour >= from).reduce((sum, one) => sum + came(one), 0),
    ...(asked.length > 0 && { trafficHours: since(latestOf(asked)) }),
    ...(labelled.length > 0 && { labelHours: since(latestOf(labelled)) }),
    ...(gaps.length >= FEWEST_GAPS && { usualLabelHours: Math.max(...gaps) }),
    ageDays: Math.max(0, (to.getTime() - createdAt.getTime()) / (24 * HOUR_MS)),
  };
}

/** What is stale: found and allowed, in the unit of its name. */
export const Signal = z.object({
  name: z.enum(['traffic', 'labels', 'late labels', 'age']),
  found: z.number(),
  allowed: z.number(),
  stale: z.boolean(),
});

export type Signal = z.output<typeof Signal>;

/** Everything that is checked. */
export function signalsOf(
  { trafficHours, labelHours, usualLabelHours, ageDays }: StalenessMeasurement,
  { settings }: StalenessMonitor,
): Signal[] {
  const signal = (name: Signal['name'], found: number, allowed: number): Signal => ({
    ...{ name, found, allowed, stale: found > allowed },
  });
  const { no_labels_hours: noLabels, label_gap: times } = settings;
  return [
    ...(trafficHours === undefined
      ? []
      : [signal('traffic', trafficHours, settings.no_traffic_hours)]),
    ...(noLabels === undefined ? [] : [signal('labels', labelHours ?? MOST_HOURS, noLabels)]),
    ...(labelHours === undefined || usualLabelHours === undefined
      ? []
      : [signal('late labels', labelHours, times * usualLabelHours)]),
    signal('age', ageDays, settings.max_age_days),
  ];
}
