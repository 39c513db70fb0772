import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writing } from '../core/disk.ts';
import type { ObjectStore } from '../core/ports/objects.ts';
import type { SharedFile, SharedFiles } from '../core/ports/shared-files.ts';
import { absent } from './files.ts';

/** Files that changed since then are asked for; what was removed is looked for more rarely. */
const ALL_EVERY_MS = 60_000;
/** Of clocks. */
const SKEW_MS = 30_000;

/** A folder as several roles have it, each on its own disk. */
export interface SharedFolder {
  /** Makes the local folder what the shared one is: fetches what is missing, removes what is gone. */
  fetch(space: string, signal?: AbortSignal): Promise<void>;
  /** Stores a local file, and tells the others. Idempotent. */
  publish(space: string, name: string, file?: string): Promise<void>;
  /** After work on the local folder: publishes what is new or changed there, then forgets what is gone there. */
  publishAll(space: string, isOurs: (name: string) => boolean): Promise<void>;
  spaces(start: string): Promise<string[]>;
}

/** @param root of the local folders, e.g. `<root>/predictions/flights@production` */
export function createSharedFolder(
  root: string,
  objects: Pick<ObjectStore, 'put' | 'open'>,
  index: SharedFiles,
): SharedFolder {
  const looked = new Map<string, { all: number; since: Date; newest: number }>();
  const underWay = new Map<string, Promise<void>>();
  /** What was fetched or published here, by space and name: only that is removed when it is gone elsewhere. */
  const known = new Map<string, Map<string, string>>();
  const knownIn = (space: string) => {
    const names = known.get(space) ?? new Map<string, string>();
    known.set(space, names);
    return names;
  };

  async function fetchNow(space: string, signal: AbortSignal | undefined): Promise<void> {
    const last = looked.get(space);
    const all = !last || performance.now() - last.all > ALL_EVERY_MS;
    const began = new Date();
    const files = await index.list(space, all ? undefined : last.since);
    const folder = join(root, space);
    await mkdir(folder, { recursive: true });
    for (const file of files) await bring(folder, file, signal);
    // Those that contain the rows of others are there before the others go.
    if (all) await removeGone(space, new Set(files.map(({ name }) => name)));
    // By the clocks of those who registered them: one that is ahead must not hide what others register.
    const newest = Math.max(last?.newest ?? 0, ...files.map(({ at }) => at.getTime()));
    looked.set(space, {
      newest,
      all: all ? performance.now() : last.all,
      since: new Date(Math.min(began.getTime(), newest) - SKEW_MS),
    });
  }

  async function bring(
    folder: string,
    { space, name, sha256, bytes }: SharedFile,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const to = join(folder, name);
    const there = await stat(to).catch(absent);
    const names = knownIn(space);
    if (there?.size === bytes && (names.get(name) ?? sha256) === sha256) {
      names.set(name, sha256);
      return;
    }
    const { path, close } = await objects.open(sha256, signal);
    const temporary = join(folder, `${name}.${randomUUID()}.tmp`);
    try {
      await writing(`fetching ${space}/${name}`, folder, async () => {
        await copyFile(path, temporary, constants.COPYFILE_FICLONE);
        await rename(temporary, to);
      });
      names.set(name, sha256);
    } finally {
      await rm(temporary, { force: true });
      await close();
    }
  }

  async function removeGone(space: string, there: ReadonlySet<string>): Promise<void> {
    for (const name of knownIn(space).keys()) {
      if (there.has(name)) continue;
      await rm(join(root, space, name), { force: true });
      knownIn(space).delete(name);
    }
  }

  async function publish(space: string, name: string, file = join(root, space, name)) {
    const { sha256, bytes } = await objects.put(file);
    if (knownIn(space).get(name) === sha256) return;
    await index.put({ space, name, sha256, bytes });
    knownIn(space).set(name, sha256);
  }

  return {
    publish,
    spaces: (start) => index.spaces(start),
    async fetch(space, signal) {
      const running = underWay.get(space);
      if (running) return running;
      const fetching = fetchNow(space, signal).finally(() => underWay.delete(space));
      underWay.set(space, fetching);
      return fetching;
    },
    async publishAll(space, isOurs) {
      const there = ((await readdir(join(root, space)).catch(absent)) ?? []).filter(isOurs);
      const names = knownIn(space);
      for (const name of there) await publish(space, name);
      const gone = [...names.keys()].filter((name) => !there.includes(name));
      const removed: string[] = [];
      // What this disk could not read is not gone for the others, and is fetched again.
      for (const name of gone)
        if (!(await isThere(join(root, space, 'damaged', name)))) removed.push(name);
      if (removed.length > 0) await index.remove(space, removed);
      for (const name of gone) names.delete(name);
    },
  };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
