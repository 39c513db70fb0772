import { type FileHandle, open } from 'node:fs/promises';
import type { WheelhouseError } from '../../core/errors.ts';
import type { Positions } from '../../core/ports/profiles.ts';
import type { PredictionRow } from '../../core/ports/serving.ts';
import { setAside } from './damaged.ts';
import { listSegments, type Segment } from './segments.ts';

export interface TailedRow {
  segment: string;
  /** Start of the next line: a cursor with this position is past this row. */
  offset: number;
  /** Undefined for a damaged line. */
  row: PredictionRow | undefined;
}

const CHUNK_BYTES = 1 << 20;

/**
 * The predictions logged in these folders after `cursor`, segment by segment, up to what is written now. A last
 * line without its newline is still being written, or was cut off by a crash: it is skipped. A segment that the
 * disk cannot read is moved aside.
 */
export async function* tailSegments(
  folders: readonly string[],
  cursor: Positions,
  signal: AbortSignal,
  onProblem: (problem: WheelhouseError) => void = raise,
): AsyncGenerator<TailedRow> {
  const segments = await unreadIn(folders);
  for (const { name, path } of segments.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      for await (const { line, offset } of lines(handle, cursor[name] ?? 0)) {
        signal.throwIfAborted();
        yield { segment: name, offset, row: parseRow(line) };
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT') continue;
      if (!UNREADABLE.has(String(code))) throw error;
      await setAside({ path }, error, onProblem);
    } finally {
      await handle?.close();
    }
  }
}

/** A raw segment that is already in a Parquet file may be read to its end while it exists. */
async function unreadIn(folders: readonly string[]): Promise<Segment[]> {
  const listed = await Promise.all(folders.map((folder) => listSegments(folder, 'predictions')));
  return listed.flatMap(({ raw, covered }) => [
    ...raw,
    ...covered.filter(({ path }) => path.endsWith('.ndjson')),
  ]);
}

/** An error of this file rather than of the machine. */
const UNREADABLE = new Set(['EIO', 'EISDIR', 'EACCES', 'EPERM', 'EBADMSG', 'EUCLEAN', 'ENXIO']);

function raise(problem: WheelhouseError): never {
  throw problem;
}

/** The cursor without segments that no longer exist, so that it does not grow forever. */
export async function pruneCursor(folders: readonly string[], cursor: Positions) {
  const listed = await Promise.all(folders.map((folder) => listSegments(folder, 'predictions')));
  const all = listed.flatMap(({ raw, covered }) => [...raw, ...covered]);
  const there = new Set(all.map(({ name }) => name));
  return Object.fromEntries(Object.entries(cursor).filter(([name]) => there.has(name)));
}

async function* lines(handle: FileHandle, start: number) {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  let offset = start;
  for (let position = start; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      const line = bytes.toString('utf8', from, end);
      offset += end + 1 - from;
      from = end + 1;
      yield { line, offset };
    }
    rest = bytes.subarray(from);
  }
}

function parseRow(line: string): PredictionRow | undefined {
  try {
    const row: unknown = JSON.parse(line);
    if (!isRow(row)) return undefined;
    // JSON has no NaN: a score or value that was NaN is null.
    if ('score' in row) return { ...row, score: row.score ?? Number.NaN };
    if ('value' in row) return { ...row, value: row.value ?? Number.NaN };
    if (row.probabilities === undefined) return row;
    const { class: name, probabilities, ...rest } = row;
    const numbers = probabilities.map((one) => one ?? Number.NaN);
    return { ...rest, ...(name && { class: name }), probabilities: numbers };
  } catch {
    return undefined;
  }
}

/** Manually: a schema would cost more than everything else here. Only our own writer creates these. */
function isRow(row: unknown): row is PredictionRow {
  return (
    typeof row === 'object' &&
    row !== null &&
    'id' in row &&
    ('score' in row || 'value' in row || 'class' in row) &&
    'version' in row &&
    typeof row.version === 'number' &&
    'time' in row &&
    typeof row.time === 'string' &&
    Number.isFinite(Date.parse(row.time)) &&
    'features' in row &&
    typeof row.features === 'object' &&
    row.features !== null
  );
}
