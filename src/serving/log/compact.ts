import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { Positions } from '../../core/ports/profiles.ts';
import { quoted, rowsOf, timestamp, withDuck } from './duck.ts';
import { listSegments, type Segment, type SegmentKind, segmentName, syncPath } from './segments.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How much raw log goes into one Parquet file: bounds the work that a crash makes anew. */
const MAX_GROUP_BYTES = 512_000_000;

interface CompactOptions {
  /** Segments written to since then stay raw, for the profiler and for whoever reads with `jq`. */
  olderThanMs?: number;
  /**
   * The last segment of a process counts as closed when it was not written to for so long. Must
   * exceed twice the age at which a writer begins a new one, or rows written meanwhile are lost.
   */
  abandonedAfterMs?: number;
  /** How far the profiler has read: a segment that it has not finished stays. */
  profiled?: (model: string) => Promise<Positions>;
  /** Rows with an earlier prediction time (labels: time of receipt) go; without it everything stays. */
  retentionDays?: number;
  /** The age of predictions counts from here rather than from the clock: a replay is not old. */
  newest?: (model: string) => Promise<Date | undefined>;
  clock?: Clock;
  signal?: AbortSignal;
}

export interface Compacted {
  /** Raw segments turned into Parquet. */
  segments: number;
  /** Parquet files written. */
  written: number;
  /** Parquet files removed because all their rows were too old. */
  expired: number;
}

/**
 * Turns closed segments of every model under `dir` into Parquet (zstd) and applies the retention.
 * May be killed anywhere and run twice at once: a Parquet file appears whole, named after what it
 * holds, and only then are the raw segments removed.
 */
export async function compactSegments(
  dir: string,
  options: CompactOptions = {},
): Promise<Compacted> {
  // Before the first prediction there is no folder yet.
  const models = await readdir(dir, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return withDuck(async (connection) => {
    const total: Compacted = { segments: 0, written: 0, expired: 0 };
    for (const model of models) {
      if (!model.isDirectory()) continue;
      const folder = join(dir, model.name);
      await removeLeftovers(folder);
      for (const kind of ['predictions', 'labels'] as const) {
        const needed = kind === 'predictions' ? await options.profiled?.(model.name) : undefined;
        for (const group of await closedGroups(folder, kind, options, needed)) {
          options.signal?.throwIfAborted();
          await toParquet(connection, folder, kind, group);
          total.segments += group.length;
          total.written += 1;
        }
        const newest = kind === 'predictions' ? await options.newest?.(model.name) : undefined;
        total.expired += await expire(connection, folder, kind, options, newest);
      }
    }
    return total;
  }, options.signal);
}

/** What a crash left behind: raw segments that a Parquet file holds, and half-written files. */
async function removeLeftovers(folder: string) {
  for (const kind of ['predictions', 'labels'] as const)
    for (const { path } of (await listSegments(folder, kind)).covered)
      await rm(path, { force: true });
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.tmp')) continue;
    const path = join(folder, file);
    const found = await stat(path).catch(() => undefined);
    // By the disk's time, which is the system's: another compaction may be writing a young one.
    if (found && Date.now() - found.mtimeMs > HOUR) await rm(path, { force: true });
  }
}

/** Closed segments, in groups of neighbours of one writer. */
async function closedGroups(
  folder: string,
  kind: SegmentKind,
  { olderThanMs = 6 * HOUR, abandonedAfterMs = 2 * HOUR }: CompactOptions,
  profiled: Positions | undefined,
): Promise<Segment[][]> {
  const { raw } = await listSegments(folder, kind);
  const groups: { segments: Segment[]; bytes: number }[] = [];
  for (const [index, segment] of raw.entries()) {
    const { mtimeMs, size } = await stat(segment.path);
    const age = Date.now() - mtimeMs;
    const closed = raw[index + 1]?.writer === segment.writer || age > abandonedAfterMs;
    if (!closed || age < olderThanMs) continue;
    if (profiled && (profiled[segment.name] ?? 0) < (await endOfLines(segment.path, size)))
      continue;
    const group = groups.at(-1);
    const previous = group?.segments.at(-1);
    const follows = previous?.writer === segment.writer && previous.last + 1 === segment.first;
    if (group && follows && group.bytes + size <= MAX_GROUP_BYTES) {
      group.segments.push(segment);
      group.bytes += size;
    } else groups.push({ segments: [segment], bytes: size });
  }
  return groups.map(({ segments }) => segments);
}

async function toParquet(
  connection: DuckDBConnection,
  folder: string,
  kind: SegmentKind,
  group: readonly Segment[],
) {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return;
  const name = segmentName(kind, first.writer, first.first, last.last);
  const rows = rowsOf(kind, { raw: [...group], parquet: [] });
  await writeParquet(connection, folder, join(folder, `${name}.parquet`), rows);
  for (const { path } of group) await rm(path, { force: true });
}

async function writeParquet(
  connection: DuckDBConnection,
  folder: string,
  path: string,
  rows: string,
) {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await connection.run(`COPY (${rows}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(folder);
}

/** Removes Parquet files that are too old as a whole, and writes those anew that are partly so. */
async function expire(
  connection: DuckDBConnection,
  folder: string,
  kind: SegmentKind,
  { retentionDays, clock = systemClock, signal }: CompactOptions,
  newest: Date = clock.now(),
): Promise<number> {
  if (retentionDays === undefined) return 0;
  const cutoff = new Date(newest.getTime() - retentionDays * DAY);
  const column = kind === 'predictions' ? '"time"' : 'received';
  let expired = 0;
  for (const segment of (await listSegments(folder, kind)).parquet) {
    signal?.throwIfAborted();
    const rows = rowsOf(kind, { raw: [], parquet: [segment] });
    const reader = await connection.runAndReadAll(
      `SELECT min(${column}) AS first, max(${column}) AS last FROM (${rows})`,
    );
    const [range] = reader.getRowObjectsJS();
    const [first, last] = [range?.['first'], range?.['last']];
    if (!(first instanceof Date && last instanceof Date) || last < cutoff) {
      await rm(segment.path, { force: true });
      expired += 1;
    } else if (first.getTime() < cutoff.getTime() - DAY) {
      // Only once a day: the cutoff moves with every run.
      const kept = `SELECT * FROM (${rows}) WHERE ${column} >= ${timestamp(cutoff)}`;
      await writeParquet(connection, folder, segment.path, kept);
    }
  }
  return expired;
}

/** Where the last complete line ends: behind it is what a crash tore. */
async function endOfLines(path: string, size: number): Promise<number> {
  const handle = await open(path, 'r');
  try {
    const chunk = Buffer.alloc(65_536);
    for (let end = size; end > 0; end -= chunk.length) {
      const start = Math.max(0, end - chunk.length);
      const { bytesRead } = await handle.read(chunk, 0, end - start, start);
      const newline = chunk.subarray(0, bytesRead).lastIndexOf(10);
      if (newline !== -1) return start + newline + 1;
    }
    return 0;
  } finally {
    await handle.close();
  }
}
