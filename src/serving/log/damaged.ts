import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { inWords, Unreachable, type WheelhouseError } from '../../core/errors.ts';
import { rowsOf } from './duck.ts';
import type { Segment, SegmentKind } from './segments.ts';

/** Folder for segments that cannot be read. Nothing reads or deletes them there. */
const FOLDER = 'damaged';

/**
 * Tries each segment separately, moves unreadable ones away, and reports each once. Errors of the machine
 * rather than a file (memory, an abort) move nothing.
 * @returns how many were moved
 */
export async function setAsideUnreadable(
  connection: DuckDBConnection,
  kind: SegmentKind,
  segments: readonly Segment[],
  onProblem: (problem: WheelhouseError) => void,
): Promise<number> {
  let moved = 0;
  for (const segment of segments) {
    const fault = await faultIn(connection, kind, segment);
    if (fault === undefined) continue;
    moved += (await setAside(segment, fault, onProblem)) ? 1 : 0;
  }
  return moved;
}

/** Moves one segment away and reports it. False if another process was first. */
export async function setAside(
  { path }: Pick<Segment, 'path'>,
  fault: unknown,
  onProblem: (problem: WheelhouseError) => void,
): Promise<boolean> {
  const folder = join(dirname(path), FOLDER);
  const target = join(folder, basename(path));
  await mkdir(folder, { recursive: true });
  try {
    await rename(path, target);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  const why = inWords(fault).split('\n', 1)[0]?.slice(0, 300);
  onProblem(
    new Unreachable(`reading the log segment ${path}: ${why}`, {
      next: `It was moved to ${target}, and its rows are in no query. Everything else goes on. Check the disk; move the file back if it can be read again.`,
      cause: fault,
    }),
  );
  return true;
}

async function faultIn(
  connection: DuckDBConnection,
  kind: SegmentKind,
  segment: Segment,
): Promise<unknown> {
  const raw = segment.path.endsWith('.ndjson');
  const rows = rowsOf(kind, { raw: raw ? [segment] : [], parquet: raw ? [] : [segment] });
  try {
    // The hash requires every value of every column.
    await connection.run(`SELECT count(*) FROM (${rows}) AS read WHERE hash(read) IS NULL`);
    return undefined;
  } catch (error) {
    const text = inWords(error);
    if (/^(INTERRUPT|Out of Memory)|No files found|No such file/i.test(text)) return undefined;
    return error;
  }
}
