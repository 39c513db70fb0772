import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Window } from '../../core/model.ts';
import type { ProfiledWindow } from '../sequential/windows.ts';
import { createProfile, observe, type Profile } from './profile.ts';

/** Hours with rows, a year of them. More do not tell more about how windows differ, and are large. */
const MOST_HOURS = 366 * 24;
const HOUR_MS = 3_600_000;

/** Rows of the reference with their times. */
export interface TimedRows {
  /** The period that they are all rows of. */
  window: Window;
  /** Milliseconds since the epoch, by row; NaN if unknown. */
  times: ArrayLike<number>;
  /** Values by row, by column. */
  columns: Readonly<Record<string, readonly unknown[]>>;
}

/** By hour: its start, and for each column the counts of its bins, then nulls, NaN, +∞ and −∞. */
const Series = z.object({
  from: z.number(),
  to: z.number(),
  starts: z.array(z.number()),
  columns: z.array(z.tuple([z.string(), z.array(z.array(z.number()))])),
});
const Stored = z.object({ series: z.array(Series) });

/**
 * The rows of a reference, counted by the hour in the bins of the reference, as the bytes of an artifact: from them
 * come windows of any length. Features and answers are of different periods, so each is a part. Undefined if no
 * row has a time.
 */
export function buildReferenceWindows(
  reference: Readonly<Record<string, Profile>>,
  parts: readonly TimedRows[],
): Uint8Array | undefined {
  const series = parts.flatMap((part) => seriesOf(reference, part) ?? []);
  return series.length === 0 ? undefined : gzipSync(JSON.stringify({ series }));
}

function seriesOf(
  reference: Readonly<Record<string, Profile>>,
  { window, times, columns }: TimedRows,
): z.input<typeof Series> | undefined {
  const to = window.to.getTime();
  const from = window.from.getTime();
  const known = Object.entries(reference).filter(([name]) => Object.hasOwn(columns, name));
  const hours = new Map<number, Profile[]>();
  for (let row = 0; row < times.length; row += 1) {
    const time = times[row] ?? Number.NaN;
    if (!(time >= from && time < to)) continue;
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    let profiles = hours.get(hour);
    if (!profiles) {
      profiles = known.map(([, { spec }]) => createProfile(spec));
      hours.set(hour, profiles);
    }
    for (const [at, [name]] of known.entries()) {
      const profile = profiles[at];
      if (profile) observe(profile, columns[name]?.[row] ?? null);
    }
  }
  if (hours.size === 0) return undefined;
  const ordered = [...hours].toSorted(([a], [b]) => a - b).slice(-MOST_HOURS);
  const [oldest] = ordered[0] ?? [from];
  return {
    ...{ from: hours.size > MOST_HOURS ? oldest : from, to, starts: ordered.map(([hour]) => hour) },
    columns: known.map(([name], at) => [
      name,
      ordered.map(([, profiles]) => countsOf(profiles[at])),
    ]),
  };
}

function countsOf(profile: Profile | undefined): number[] {
  if (!profile) return [];
  const { counts, nulls, nans, positiveInfinities, negativeInfinities } = profile;
  return [...counts, nulls, nans, positiveInfinities, negativeInfinities];
}

/**
 * The windows of so many hours that lie within the reference entirely, in order, without those of fewer rows than
 * `minRows`: live windows like that are not judged either. Means and ranges of their profiles are not known. Throws if
 * the bytes are no reference windows.
 */
export function readReferenceWindows(
  bytes: Uint8Array,
  reference: Readonly<Record<string, Profile>>,
  { hours, minRows }: { hours: number; minRows: number },
): ProfiledWindow[] {
  const { series } = Stored.parse(JSON.parse(gunzipSync(bytes).toString()));
  const length = hours * HOUR_MS;
  return series.flatMap(({ from, to, starts, columns }) => {
    const windows = new Map<number, Map<string, number[]>>();
    for (const [at, hour] of starts.entries()) {
      const start = Math.floor(hour / length) * length;
      if (start < from || start + length > to) continue;
      const sums = windows.get(start) ?? new Map<string, number[]>();
      windows.set(start, sums);
      for (const [name, counted] of columns) add(sums, name, counted[at] ?? []);
    }
    return [...windows].flatMap(([start, sums]) => {
      const profiles = [...sums].flatMap(([name, counts]) => {
        const profile = profileFrom(reference[name], counts);
        return profile ? [[name, profile] as const] : [];
      });
      const rows = Math.max(0, ...[...sums.values()].map(total));
      return rows < minRows ? [] : [{ start, columns: Object.fromEntries(profiles) }];
    });
  });
}

function add(sums: Map<string, number[]>, name: string, counts: readonly number[]): void {
  const before = sums.get(name);
  if (before) for (const [at, count] of counts.entries()) before[at] = (before[at] ?? 0) + count;
  else sums.set(name, [...counts]);
}

function profileFrom(reference: Profile | undefined, all: readonly number[]): Profile | undefined {
  if (!reference || all.length !== reference.counts.length + 4) return undefined;
  const counts = all.slice(0, -4);
  const [nulls = 0, nans = 0, positiveInfinities = 0, negativeInfinities = 0] = all.slice(-4);
  return {
    ...createProfile(reference.spec),
    ...{ counts, count: total(counts), nulls, nans, positiveInfinities, negativeInfinities },
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
