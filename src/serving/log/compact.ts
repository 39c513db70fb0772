import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull, isDiskFull } from '../../core/disk.ts';
import { inWords, Unreachable, WheelhouseError } from '../../core/errors.ts';
import type { Positions } from '../../core/ports/profiles.ts';
import { type ClosedOptions, closedGroups } from './closed.ts';
import { setAsideUnreadable } from './damaged.ts';
import { rowsOf, withDuck } from './duck.ts';
import { type LogFolder, writeParquet } from './parquet.ts';
import { expire, type RetentionOptions } from './retention.ts';
import { listSegments, type Segment, segmentName } from './segments.ts';

const HOUR = 3_600_000;

interface CompactOptions extends ClosedOptions, RetentionOptions {
  /** How far the profiler has read: a segment that it has not finished stays. */
  profiled?: (model: string) => Promise<Positions | undefined>;
  /** The age of predictions is measured from here, not from the clock: a replay is not old. */
  newest?: (model: string) => Promise<Date | undefined>;
  /** Errors, while everything else continued. Without it the first one ends the work. */
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
 * Turns closed segments of every model under `dir` into Parquet (zstd) and applies the retention. Can be killed
 * anywhere and run twice at once: a Parquet file appears atomically, with a name that lists what it contains,
 * and only then are the raw segments removed. A segment that cannot be read is moved aside, and errors in one
 * model do not stop the others.
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
        // Retention does not wait for a failed compaction: it is what frees space on a full disk.
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
        // None: all of them can be read, so writing is what failed.
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

/** What a crash left behind: raw segments that are in a Parquet file, and incomplete files. */
async function removeLeftovers(folder: string) {
  for (const kind of ['predictions', 'labels'] as const)
    for (const { path } of (await listSegments(folder, kind)).covered)
      await rm(path, { force: true });
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.tmp')) continue;
    const path = join(folder, file);
    const found = await stat(path).catch(() => undefined);
    // By the file system's time: another compaction may be writing a recent one.
    if (found && Date.now() - found.mtimeMs > HOUR) await rm(path, { force: true });
  }
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
