import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolderStore } from '../../../src/objects/folder/store.ts';
import { objectStoreContract } from '../../contracts/object-store.ts';

objectStoreContract('folder', async (folder) => {
  const dir = join(folder, 'artifacts');
  return {
    open: async () => createFolderStore(dir),
    damage: (sha256) =>
      writeFile(join(dir, sha256.slice(0, 2), sha256.slice(2)), Buffer.alloc(50_000)),
    close: async () => undefined,
  };
});
