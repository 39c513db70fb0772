import type { FeatureSchema, Window } from '../../../core/model.ts';
import { type Profile, rowsOf } from '../../profile/profile.ts';
import { share, shareTests } from '../../profile/shares.ts';
import type { ColumnQuality, QualityMeasurement } from './measurement.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;

type Columns = Readonly<Record<string, Profile>>;

/** The columns of a window next to those of the training data. */
export function measureColumns(
  reference: Columns,
  current: Columns,
  features: FeatureSchema,
): Omit<QualityMeasurement, 'volume'> {
  const columns = Object.entries(reference).flatMap(([name, profile]) => {
    const window = current[name];
    return window === undefined ? [] : [columnOf(name, profile, window)];
  });
  const declared = Object.keys(features);
  return {
    rows: Math.max(0, ...columns.map(({ rows }) => rows)),
    columns,
    unknown: declared.filter((name) => !Object.hasOwn(reference, name)),
    gone: Object.keys(reference).filter((name) => !declared.includes(name)),
  };
}

function columnOf(name: string, reference: Profile, window: Profile): ColumnQuality {
  const checks: ColumnQuality['checks'] = shareTests(reference, window);
  if (window.outside !== undefined) {
    // Among new rows, one is expected below the smallest and one above the largest earlier value.
    const test = share(
      'outside' as const,
      [Math.min(2, reference.count), window.outside],
      [reference.count, window.count],
    );
    checks.push(test.window > test.reference ? test : { ...test, p: undefined });
  }
  const { min, max } = window;
  return { name, rows: rowsOf(window), min, max, checks };
}

/** Source of the volume: rows by bucket, in order. */
export type Buckets = readonly { bucket: Date; rows: number }[];

/** The start of the buckets that `measureVolume` needs. */
export function volumeSince({ from, to }: Window, weeks: number): Date {
  return new Date(from.getTime() - weeks * stepOf({ from, to }));
}

/**
 * Rows in the window, and in the same hours of earlier weeks, newest first. Weeks before the first bucket are
 * not history; later weeks without rows are.
 */
export function measureVolume(
  buckets: Buckets,
  window: Window,
  weeks: number,
): QualityMeasurement['volume'] {
  const step = stepOf(window);
  const rowsIn = (from: number, to: number) =>
    buckets.reduce(
      (sum, { bucket, rows }) =>
        bucket.getTime() >= from && bucket.getTime() < to ? sum + rows : sum,
      0,
    );
  const [from, to] = [window.from.getTime(), window.to.getTime()];
  const first = buckets[0]?.bucket.getTime() ?? Number.POSITIVE_INFINITY;
  const earlier: number[] = [];
  for (let back = step; back <= weeks * step; back += step)
    if (from - back >= first) earlier.push(rowsIn(from - back, to - back));
  return { rows: rowsIn(from, to), earlier };
}

/** In whole weeks, so that hours and weekdays match; a longer window must not overlap itself. */
function stepOf({ from, to }: Window): number {
  return Math.max(1, Math.ceil((to.getTime() - from.getTime()) / WEEK_MS)) * WEEK_MS;
}
