import { open, stat } from 'node:fs/promises';
import type { Positions } from '../../core/ports/profiles.ts';
import { listSegments, type Segment, type SegmentKind } from './segments.ts';

const HOUR = 3_600_000;
/** Maximum raw log per Parquet file: limits the work that a crash repeats. */
const MAX_GROUP_BYTES = 512_000_000;

export interface ClosedOptions {
  /** Segments written to since then stay raw, for the profiler and for people who use `jq`. */
  olderThanMs?: number;
  /**
   * The last segment of a process counts as closed if it was not written to for this long. Must exceed twice
   * the age at which a writer starts a new one, otherwise rows are lost.
   */
  abandonedAfterMs?: number;
}

/** Closed segments, in groups of consecutive ones by one writer. */
export async function closedGroups(
  folder: string,
  kind: SegmentKind,
  { olderThanMs = 6 * HOUR, abandonedAfterMs = 2 * HOUR }: ClosedOptions,
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

/** End of the last complete line: a crash left the rest incomplete. */
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
