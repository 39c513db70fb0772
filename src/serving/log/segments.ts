import { randomBytes } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/*
 * <folder>/predictions-20261123T165754123Z-1a2b3c4d-000001.ndjson          raw
 * <folder>/predictions-20261123T165754123Z-1a2b3c4d-000001-000007.parquet  holds raw 1 to 7
 *
 * Names sort by the start of the process that wrote them, then by number; the random part keeps two
 * processes of the same millisecond apart. A Parquet file is named after the segments it holds, so
 * that after a crash between writing it and removing them everybody sees which rows stand twice.
 */
export type SegmentKind = 'predictions' | 'labels';

export interface Segment {
  /** The file's name without its extension, as used in cursors. */
  name: string;
  path: string;
  /** Start time and token of the process that wrote it. */
  writer: string;
  first: number;
  /** Equal to `first` for a raw segment. */
  last: number;
}

export interface Segments {
  /** Raw and not in any Parquet file. */
  raw: Segment[];
  parquet: Segment[];
  /** Contained in a Parquet file of `parquet`: to be ignored, and removed by the next compaction. */
  covered: Segment[];
}

/** What a writer that starts now uses in the names of its segments. */
export function writerName(start: Date): string {
  return `${start.toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
}

export function segmentName(kind: SegmentKind, writer: string, first: number, last?: number) {
  const number = (value: number) => String(value).padStart(6, '0');
  return `${kind}-${writer}-${number(first)}${last === undefined ? '' : `-${number(last)}`}`;
}

/** The segments of one kind in a folder, in order; none if the folder does not exist. */
export async function listSegments(folder: string, kind: SegmentKind): Promise<Segments> {
  const found: Segments = { raw: [], parquet: [], covered: [] };
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const raw: Segment[] = [];
  const parquet: Segment[] = [];
  for (const file of names.sort()) {
    const match = NAME.exec(file);
    if (match?.[1] !== kind || match[2] === undefined) continue;
    const first = Number(match[3]);
    const name = file.slice(0, file.lastIndexOf('.'));
    const segment = { name, path: join(folder, file), writer: match[2], first };
    if (match[5] === 'ndjson') raw.push({ ...segment, last: first });
    else parquet.push({ ...segment, last: Number(match[4]) });
  }
  for (const segment of raw) {
    const held = parquet.some((other) => holds(other, segment));
    (held ? found.covered : found.raw).push(segment);
  }
  for (const segment of parquet) {
    // Two compactions at once can leave one file that contains the other: the larger one has everything.
    const held = parquet.some((other) => other !== segment && holds(other, segment));
    (held ? found.covered : found.parquet).push(segment);
  }
  return found;
}

const NAME =
  /^(predictions|labels)-(\d{8}T\d{9}Z-[0-9a-f]{8})-(\d{6,})(?:-(\d{6,}))?\.(ndjson|parquet)$/;

function holds(outer: Segment, inner: Segment): boolean {
  return outer.writer === inner.writer && outer.first <= inner.first && inner.last <= outer.last;
}

/** Makes the bytes of a file, or the names in a folder, durable. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Whether a file of that name is a segment, of either kind. */
export const isSegment = (file: string): boolean => NAME.test(file);
