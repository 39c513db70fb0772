import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Clock, systemClock } from '../../core/clock.ts';
import { diskFull, isDiskFull } from '../../core/disk.ts';
import { inWords, Unreachable, WheelhouseError } from '../../core/errors.ts';
import type { Positions } from '../../core/ports/profiles.ts';
import { setAsideUnreadable } from './damaged.ts';
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
  /** What could not be done, while all else went on. Without it the first one ends the work. */
  onProblem?(problem: WheelhouseError): void;
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
 * holds, and only then are the raw segments removed. A segment that cannot be read is set aside, and
 * what goes wrong in one model stops no other.
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
  const { signal, onProblem = raise } = options;
  return withDuck(async (connection) => {
    const total: Compacted = { segments: 0, written: 0, expired: 0 };
    const attempt = async (what: string, work: () => Promise<void>) => {
      try {
        signal?.throwIfAborted();
        await work();
      } catch (error) {
        signal?.throwIfAborted();
        onProblem(
          isDiskFull(error) ? await diskFull(what, dir, error) : unfinished(what, dir, error),
        );
      }
    };
    for (const model of models) {
      if (!model.isDirectory()) continue;
      const folder = join(dir, model.name);
      await attempt(`clearing up the log of ${model.name}`, () => removeLeftovers(folder));
      for (const kind of ['predictions', 'labels'] as const) {
        const logFolder = { connection, folder, kind, onProblem };
        // Retention does not wait for what compaction cannot do: it is what frees a full disk.
        await attempt(`compacting the ${kind} of ${model.name}`, async () => {
          const needed = kind === 'predictions' ? await options.profiled?.(model.name) : undefined;
          await compact(logFolder, options, needed, total);
        });
        await attempt(`removing old ${kind} of ${model.name}`, async () => {
          const newest = kind === 'predictions' ? await options.newest?.(model.name) : undefined;
          await expire(logFolder, options, newest, total);
        });
      }
    }
    return total;
  }, signal);
}

/** One kind of one model. */
interface LogFolder {
  connection: DuckDBConnection;
  folder: string;
  kind: SegmentKind;
  onProblem(problem: WheelhouseError): void;
}

async function compact(
  logFolder: LogFolder,
  options: CompactOptions,
  profiled: Positions | undefined,
  total: Compacted,
) {
  const { connection, folder, kind, onProblem } = logFolder;
  for (let again = true; again; ) {
    again = false;
    for (const group of await closedGroups(folder, kind, options, profiled)) {
      options.signal?.throwIfAborted();
      try {
        await toParquet(logFolder, group);
        total.segments += group.length;
        total.written += 1;
      } catch (error) {
        options.signal?.throwIfAborted();
        // None: then all of them can be read, and it is the writing that failed.
        if ((await setAsideUnreadable(connection, kind, group, onProblem)) === 0) throw error;
        again = true;
      }
    }
  }
}

function raise(problem: WheelhouseError): never {
  throw problem;
}

function unfinished(what: string, dir: string, cause: unknown): WheelhouseError {
  if (cause instanceof WheelhouseError) return cause;
  return new Unreachable(`${what} in ${dir}: ${inWords(cause)}`, {
    next: 'Nothing was lost; it is tried again within the hour.',
    cause,
  });
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

async function toParquet({ connection, folder, kind }: LogFolder, group: readonly Segment[]) {
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
  try {
    await connection.run(
      `COPY (${rows}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await syncPath(temporary);
    await rename(temporary, path);
  } catch (error) {
    // Half a file on a full disk is in its own way.
    await rm(temporary, { force: true });
    throw error;
  }
  await syncPath(folder);
}

/** Removes Parquet files that are too old as a whole, and writes those anew that are partly so. */
async function expire(
  logFolder: LogFolder,
  { retentionDays, clock = systemClock, signal }: CompactOptions,
  newest: Date = clock.now(),
  total: Compacted,
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

/** True where the file went as a whole. */
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
