import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listSegments, type Segment } from './segments.ts';

interface Sharing {
  /** Of the log as the gateway writes it. */
  dir: string;
  /** A segment that is this much older is closed: see `maxSegmentAgeMs`. */
  closedAfterMs: number;
  /** How long a shared segment stays on this disk. */
  keepMs: number;
  publish(folder: string, name: string, path: string): Promise<void>;
}

/**
 * Shares the segments of the gateway's own log, and removes them later. A segment that grew after it was shared, on a
 * disk that was slow, is shared again.
 */
export function createSegmentSharing({ dir, closedAfterMs, keepMs, publish }: Sharing) {
  /** Sizes as they were shared, by path. */
  const shared = new Map<string, { size: number; at: number }>();

  async function shareOne(folder: string, segment: Segment, isClosed: boolean): Promise<void> {
    const found = await stat(segment.path);
    const before = shared.get(segment.path);
    if (before?.size === found.size) {
      if (Date.now() - before.at < keepMs) return;
      await rm(segment.path, { force: true });
      shared.delete(segment.path);
      return;
    }
    if (!isClosed && Date.now() - found.birthtimeMs < closedAfterMs) return;
    if (found.size === 0) return;
    const file = segment.path.slice(segment.path.lastIndexOf('/') + 1);
    await publish(folder, file, segment.path);
    shared.set(segment.path, { size: found.size, at: Date.now() });
  }

  return {
    /** @param all whoever wrote them has ended, so that all are closed */
    async round(all = false): Promise<void> {
      const folders = await readdir(dir, { withFileTypes: true }).catch(() => []);
      for (const { name } of folders.filter((entry) => entry.isDirectory()))
        for (const kind of ['predictions', 'labels'] as const) {
          const { raw, parquet } = await listSegments(join(dir, name), kind);
          for (const [at, segment] of raw.entries())
            await shareOne(name, segment, all || raw[at + 1]?.writer === segment.writer);
          for (const segment of parquet) await shareOne(name, segment, true);
        }
    },
  };
}
