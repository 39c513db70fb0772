import { join } from 'node:path';
import { z } from 'zod';
import { defineObjectStore } from '../../core/define-object-store.ts';
import { createFolderStore } from './store.ts';

/** A folder: of this machine, or on a disk that all roles share. */
export const folder = defineObjectStore({
  name: 'folder',
  summary: 'a folder on a disk that all roles share',
  settings: z.object({
    /** Default: `artifacts` in the state folder. */
    path: z.string().regex(/^\//, 'expected a path from / on').optional(),
  }),
  // Without a path it is in the state folder, which then is shared as a whole.
  shared: ({ path }) => path !== undefined,
  open: async ({ path }, { home }) =>
    createFolderStore(path === undefined ? join(home, 'artifacts') : path),
});
