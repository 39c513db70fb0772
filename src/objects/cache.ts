import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull, writing } from '../core/disk.ts';
import { ObjectCorrupt } from '../core/object-errors.ts';
import type { ObjectCache } from '../core/object-store-kind.ts';
import type { OpenObject } from '../core/ports/objects.ts';
import { makeRoom } from './cache-room.ts';
import { absent, fileIn, measured, sync } from './files.ts';

/** A process that has not shown itself for this long is gone, and what it had open is not. */
const GONE_AFTER_MS = 3_600_000;
const SHOW_EVERY_MS = 60_000;
/** A copy that was damaged on its way is fetched again. */
const FETCHES = 2;

/**
 * Verified copies below `dir`, for several processes at once:
 *
 * ```
 * aa/bbbb…        the copies, as in a folder of objects
 * open/<token>/   what one process has open: a second name of the same file
 * tmp/            on their way
 * ```
 *
 * A copy with a second name is open somewhere and is not evicted; if that is misjudged by a moment, whoever has it open
 * keeps the bytes under the second name.
 */
export function createCache(
  dir: string,
  { place, bytes }: { place: string; bytes: number },
): ObjectCache {
  const mine = join(dir, 'open', randomUUID());
  const tmp = join(dir, 'tmp');
  const fetching = new Map<string, { done: Promise<void>; signal: AbortSignal | undefined }>();
  let ready: Promise<void> | undefined;

  async function begin(): Promise<void> {
    for (const folder of [mine, tmp]) await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeGone(join(dir, 'open'));
    await removeGone(tmp);
    setInterval(() => void touch(mine), SHOW_EVERY_MS).unref();
  }

  /** The copy under a name of our own, if there is one and it is whole. */
  async function held(sha256: string): Promise<OpenObject | undefined> {
    const copy = fileIn(dir, sha256);
    const path = join(mine, `${sha256}-${randomUUID()}`);
    const linked = await link(copy, path).then(() => true, absent);
    if (!linked) return undefined;
    const close = () => rm(path, { force: true });
    try {
      if ((await measured(path))?.sha256 === sha256) {
        await touch(copy);
        return { path, close };
      }
      // Not by its name: another process may have replaced it by now.
      await removeSame(copy, path);
    } catch (error) {
      await close();
      throw error;
    }
    await close();
    return undefined;
  }

  async function fetchTo(
    sha256: string,
    fetch: (file: string, signal: AbortSignal | undefined) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const file = join(tmp, randomUUID());
    try {
      for (let left = FETCHES; ; left -= 1) {
        await writing(`fetching the artifact ${sha256} from ${place}`, dir, () =>
          fetch(file, signal).catch(async (error: unknown) => {
            if (!isDiskFull(error)) throw error;
            await rm(file, { force: true });
            await makeRoom(dir, 0);
            await fetch(file, signal);
          }),
        );
        const found = await measured(file, signal);
        if (found?.sha256 === sha256) {
          await makeRoom(dir, bytes - found.bytes);
          break;
        }
        await rm(file, { force: true });
        if (left <= 1) throw new ObjectCorrupt(sha256, place, found?.sha256 ?? 'nothing');
      }
      await sync(file);
      const copy = fileIn(dir, sha256);
      await mkdir(join(copy, '..'), { recursive: true, mode: 0o700 });
      await rename(file, copy);
    } finally {
      await rm(file, { force: true });
    }
  }

  return {
    dir,
    async open(sha256, fetch, signal) {
      fileIn(dir, sha256);
      ready ??= begin();
      await ready.catch((error: unknown) => {
        ready = undefined;
        throw error;
      });
      for (;;) {
        signal?.throwIfAborted();
        const found = await held(sha256);
        if (found) return found;
        const other = fetching.get(sha256);
        if (!other) {
          const done = fetchTo(sha256, fetch, signal).finally(() => fetching.delete(sha256));
          fetching.set(sha256, { done, signal });
          await done;
          continue;
        }
        // Those who ask together wait for one fetch. If its own signal ends it, the others try by themselves.
        const done = other.done.catch((error: unknown) => {
          if (!other.signal?.aborted) throw error;
        });
        await (signal ? unlessAborted(done, signal) : done);
      }
    },
  };
}

/** @throws the reason of `signal` as soon as it is aborted; `done` goes on then */
function unlessAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    const over = () => signal.removeEventListener('abort', stop);
    done.then(resolve, reject).finally(over);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function removeSame(copy: string, path: string): Promise<void> {
  const [one, other] = await Promise.all([stat(copy).catch(absent), stat(path).catch(absent)]);
  if (one && one.ino === other?.ino) await rm(copy, { force: true });
}

/** What processes left behind that ended without closing it. */
async function removeGone(folder: string): Promise<void> {
  for (const name of (await readdir(folder).catch(absent)) ?? []) {
    const found = await stat(join(folder, name)).catch(absent);
    if (found && Date.now() - found.mtimeMs > GONE_AFTER_MS)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

const touch = (path: string): Promise<void> => utimes(path, new Date(), new Date()).catch(absent);
