import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { OfferedFile } from '../../../core/data.ts';
import { defineSource } from '../../../core/define-source.ts';

/** The files listed in a file of the workspace, one a line. */
export const listed = defineSource({
  name: 'listed',
  summary: 'Files that a list names',
  settings: z.object({ list: z.string().min(1) }),

  async look({ list }, { model: { folder } }) {
    const names = (await readFile(join(folder, list), 'utf8')).split('\n').filter(Boolean);
    const files = await Promise.all(
      names.toSorted().map(async (name): Promise<OfferedFile> => {
        const path = join(folder, name);
        const { size: bytes, mtimeMs: modified } = await stat(path);
        return { name, path, bytes, modified, isWhole: true };
      }),
    );
    return { files, close: async () => {} };
  },
});
