import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writing } from '../core/disk.ts';
import { ObjectCorrupt } from '../core/object-errors.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { ObjectStore } from '../core/ports/objects.ts';
import { digest } from './files.ts';
import { createFolderStore } from './folder/store.ts';
import { holdOpen } from './holding.ts';

/**
 * Artifacts in an object store.
 * @param scratch a folder for bytes on their way there; default: that of the system
 */
export function createArtifacts(store: ObjectStore, scratch: string = tmpdir()): Artifacts {
  return {
    putFile: (path) => store.put(path),

    putBytes: (bytes) =>
      writing('storing an artifact', scratch, async () => {
        await mkdir(scratch, { recursive: true });
        const folder = await mkdtemp(join(scratch, 'wheelhouse-put-'));
        try {
          const file = join(folder, 'bytes');
          await writeFile(file, bytes);
          return await store.put(file);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }),

    async read(sha256) {
      const { path, close } = await store.open(sha256);
      try {
        const bytes = await readFile(path);
        // It may have been damaged since it was opened, and these bytes are what is used.
        if (digest(bytes) !== sha256) throw new ObjectCorrupt(sha256, path, digest(bytes));
        return bytes;
      } finally {
        await close();
      }
    },

    path: async (sha256) => holdOpen(await store.open(sha256)),
  };
}

/** Artifacts in a folder of this machine. */
export const createFolderArtifacts = (dir: string): Artifacts =>
  createArtifacts(createFolderStore(dir), join(dir, 'tmp'));
