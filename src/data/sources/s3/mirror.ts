import { randomUUID } from 'node:crypto';
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeftOut, OfferedFile } from '../../../core/data.ts';
import { writing } from '../../../core/disk.ts';
import type { Bucket } from '../../../s3/bucket.ts';
import { download } from '../../../s3/download.ts';
import { type Copy, readCopies, writeCopies } from './copies.ts';
import { isAsCopied, ON_THE_WAY, putAt, removeOthers } from './files.ts';
import { tooLarge, type Wanted } from './plan.ts';

/** Objects on their way at a time. */
const AT_A_TIME = 4;
/** After so many new copies it is stored what they are: who is killed then has not copied them in vain. */
const KEEP_AFTER = 50;
/** Without the second, servers answer 403 for what is not there. */
const READ = 's3:GetObject and s3:ListBucket';

interface Mirroring {
  /** Nobody else writes there. */
  folder: string;
  maxMb: number;
  signal: AbortSignal;
}

interface Mirrored {
  files: OfferedFile[];
  leftOut: LeftOut[];
}

/**
 * Lets a folder hold what is wanted, and nothing else that it held of the bucket. An object is read again if it was
 * written again, also while it was read. What was copied before something failed is not copied again.
 */
export async function mirror(
  bucket: Bucket,
  wanted: readonly Wanted[],
  { folder, maxMb, signal }: Mirroring,
): Promise<Mirrored> {
  const copies = await readCopies(folder);
  const names = new Set(wanted.map(({ name }) => name));
  let changes = await removeOthers(folder, copies, names);
  const offered: Mirrored = { files: [], leftOut: [] };
  const queue = wanted.values();
  let failed = false;

  async function take(one: Wanted): Promise<void> {
    const { name, bytes: size, at } = one;
    const path = join(folder, name);
    let copy = copies.get(name);
    if (!copy || !isOf(copy, one) || !(await isAsCopied(path, copy))) {
      const got = await fetchTo(path, one);
      if (got === 'too large') {
        const why = tooLarge(maxMb);
        offered.leftOut.push({ name, bytes: size, modified: at.getTime(), why });
      }
      copy = typeof got === 'object' ? got : undefined;
      // An older copy stays known, so that the next look, at which it is not wanted, removes its file.
      if (copy) copies.set(name, copy);
      changes += 1;
      if (changes % KEEP_AFTER === 0) await writeCopies(folder, copies);
    }
    if (!copy) return;
    const { bytes, modified } = copy;
    // An object appears as a whole.
    offered.files.push({ name, path, bytes, modified, isWhole: true });
  }

  /** Undefined if it was removed since it was listed. */
  async function fetchTo(path: string, one: Wanted) {
    const { key, etag, at, bytes: size } = one;
    const partial = join(folder, `.${randomUUID()}${ON_THE_WAY}`);
    const activity = { what: `Reading ${key}`, right: READ, without: 'it was not read' };
    const order = {
      key: { Bucket: bucket.name, Key: key },
      file: partial,
      activity,
      isChecked: true,
    };
    try {
      return await writing(
        `copying ${key}`,
        folder,
        async (): Promise<Copy | 'too large' | undefined> => {
          const done = await download(bucket, { ...order, mostBytes: maxMb * 1e6 }, signal);
          if (done === 'too large') return done;
          if (done === 'missing') return undefined;
          await putAt(path, partial, key);
          const { size: bytes, mtimeMs: modified } = await lstat(path);
          return { key, etag, at: at.getTime(), size, bytes, modified };
        },
      );
    } finally {
      await rm(partial, { force: true });
    }
  }

  async function work(): Promise<void> {
    for (const one of queue) {
      signal.throwIfAborted();
      // Those that are under way are read to their end.
      if (failed) return;
      await take(one).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  }

  const results = await Promise.allSettled(Array.from({ length: AT_A_TIME }, work));
  if (changes > 0) await writeCopies(folder, copies);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  offered.files.sort((one, other) => (one.name < other.name ? -1 : 1));
  return offered;
}

const isOf = (copy: Copy, { key, etag, at, bytes }: Wanted): boolean =>
  copy.key === key && copy.etag === etag && copy.at === at.getTime() && copy.size === bytes;
