import { rm } from 'node:fs/promises';
import { type Clock, systemClock } from '../../core/clock.ts';
import { setAsideUnreadable } from './damaged.ts';
import { rowsOf, timestamp } from './duck.ts';
import { type LogFolder, writeParquet } from './parquet.ts';
import { listSegments, type Segment } from './segments.ts';

const DAY = 86_400_000;

export interface RetentionOptions {
  /**
   * Rows with an earlier prediction time (labels: time of receipt) are deleted; without it everything stays.
   */
  retentionDays?: number;
  clock?: Clock;
  signal?: AbortSignal;
}

/** Removes Parquet files that are entirely too old, and rewrites those that are partly so. */
export async function expire(
  logFolder: LogFolder,
  { retentionDays, clock = systemClock, signal }: RetentionOptions,
  newest: Date = clock.now(),
  total: { expired: number },
) {
  if (retentionDays === undefined) return;
  const { connection, folder, kind, onProblem } = logFolder;
  const cutoff = new Date(newest.getTime() - retentionDays * DAY);
  let failed: unknown;
  for (const segment of (await listSegments(folder, kind)).parquet) {
    signal?.throwIfAborted();
    try {
      if (await expireOne(logFolder, segment, cutoff)) total.expired += 1;
    } catch (error) {
      signal?.throwIfAborted();
      if ((await setAsideUnreadable(connection, kind, [segment], onProblem)) === 0) failed = error;
    }
  }
  if (failed !== undefined) throw failed;
}

/** True if the entire file was removed. */
async function expireOne({ connection, folder, kind }: LogFolder, segment: Segment, cutoff: Date) {
  const column = kind === 'predictions' ? '"time"' : 'received';
  const rows = rowsOf(kind, { raw: [], parquet: [segment] });
  const reader = await connection.runAndReadAll(
    `SELECT min(${column}) AS first, max(${column}) AS last FROM (${rows})`,
  );
  const [range] = reader.getRowObjectsJS();
  const [first, last] = [range?.['first'], range?.['last']];
  if (!(first instanceof Date && last instanceof Date) || last < cutoff) {
    await rm(segment.path, { force: true });
    return true;
  }
  // Only once a day: the cutoff moves with every run.
  if (first.getTime() < cutoff.getTime() - DAY) {
    const kept = `SELECT * FROM (${rows}) WHERE ${column} >= ${timestamp(cutoff)}`;
    await writeParquet(connection, folder, segment.path, kept);
  }
  return false;
}
