import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';
import type { OfferedFile } from '../../../core/data.ts';
import { defineSource } from '../../../core/define-source.ts';
import { folderFault, isFinished, isReadable, placeOf, shownAs } from '../../names.ts';
import { isPattern, matcher } from './pattern.ts';

/** Files in a folder of this machine, or of one that is mounted. */
export const folder = defineSource({
  name: 'folder',
  summary: 'Files in a folder, or files that match a pattern',
  settings: z.object({ path: z.string().min(1) }),

  async look({ path }, { model, source, home }) {
    const whole = placeOf(path, model.folder, home);
    const words = whole.split(sep);
    const at = words.findIndex(isPattern);
    const root = at < 0 ? whole : words.slice(0, at).join(sep) || sep;
    const fits = at < 0 ? (file: string) => isReadable(file) : matcher(whole);
    const found = await filesIn(root, `source ${source} of ${model.name}`);
    const files: OfferedFile[] = [];
    for (const file of found.filter((one) => fits(one) && isFinished(root, one))) {
      const stats = await stat(file).catch(gone);
      if (!stats) continue;
      const { size: bytes, mtimeMs: modified } = stats;
      files.push({
        name: shownAs(model.folder, file),
        path: file,
        bytes,
        modified,
        isWhole: false,
      });
    }
    return { files, close: async () => {} };
  },
});

/** All files below a folder, sorted, so that months come in their order. */
async function filesIn(root: string, what: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return (
      entries
        // Links are not followed: they could lead to what only the worker may read.
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
    );
  } catch (cause) {
    throw folderFault(cause, root, what);
  }
}

/** Deleted or renamed while we looked: the next look sees what became of it. */
const gone = (): undefined => undefined;
