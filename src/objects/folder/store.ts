import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { writing } from '../../core/disk.ts';
import { ObjectCorrupt, ObjectMissing } from '../../core/object-errors.ts';
import type { ListedObject, ObjectStore, StoredObject } from '../../core/ports/objects.ts';
import { absent, fileIn, isHash, measure, measured, sync } from '../files.ts';

/**
 * Objects as files `aa/bbbb…` under `dir`. A file appears under its name only when it is complete and on disk, so
 * concurrent writers of the same bytes replace each other's file with an identical one.
 */
export function createFolderStore(dir: string): ObjectStore {
  const tmp = join(dir, 'tmp');

  async function put(file: string, signal?: AbortSignal): Promise<StoredObject> {
    await mkdir(tmp, { recursive: true });
    const temporary = join(tmp, `${process.pid}-${randomUUID()}`);
    try {
      // What is hashed is what is stored: whoever wrote the file may still be writing. A clone where the disk can.
      await copyFile(file, temporary, constants.COPYFILE_FICLONE);
      signal?.throwIfAborted();
      const stored = await measure(temporary, signal);
      const path = fileIn(dir, stored.sha256);
      // A damaged file of that name is replaced: storing it again is how to repair one.
      if ((await measured(path, signal))?.sha256 === stored.sha256 && (await renewed(path)))
        return stored;
      await sync(temporary);
      const folder = join(dir, stored.sha256.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await rename(temporary, path);
      await sync(folder);
      await sync(dir);
      return stored;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  return {
    place: dir,
    copies: { dir, all: true },
    put: (file, signal) => writing('storing an artifact', dir, () => put(file, signal)),

    async open(sha256, signal) {
      const path = fileIn(dir, sha256);
      const found = await measured(path, signal);
      if (!found) throw new ObjectMissing(sha256, dir);
      if (found.sha256 !== sha256) throw new ObjectCorrupt(sha256, path, found.sha256);
      return { path, close: async () => undefined };
    },

    list: (signal) => objectsIn(dir, signal),

    remove: (sha256) => rm(fileIn(dir, sha256), { force: true }),

    async claim(owner) {
      await mkdir(dir, { recursive: true });
      const file = join(dir, 'owner');
      const made = join(dir, `owner-${randomUUID()}`);
      await writeFile(made, owner, { flush: true });
      // Of two at once, the first stays.
      await link(made, file).catch(unlessThere);
      await rm(made);
      return readFile(file, 'utf8');
    },

    async tidy(before) {
      for (const name of (await readdir(tmp).catch(absent)) ?? []) {
        const found = await stat(join(tmp, name)).catch(absent);
        if (found && found.mtime < before) await rm(join(tmp, name), { force: true });
      }
    },
  };
}

/** False if somebody removed it in the meantime. */
const renewed = (path: string): Promise<boolean> =>
  utimes(path, new Date(), new Date()).then(
    () => true,
    (error: unknown) => absent(error) ?? false,
  );

export async function* objectsIn(dir: string, signal?: AbortSignal): AsyncGenerator<ListedObject> {
  const folders = (await readdir(dir).catch(absent)) ?? [];
  for (const start of folders.filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const rest of await readdir(join(dir, start))) {
      signal?.throwIfAborted();
      const sha256 = `${start}${rest}`;
      if (!isHash(sha256)) continue;
      const found = await stat(join(dir, start, rest)).catch(absent);
      if (found?.isFile()) yield { sha256, bytes: found.size, at: found.mtime };
    }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
