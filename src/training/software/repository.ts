import { lstat, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Whether a folder is in a git repository, found as git finds it: by a `.git` in it or above it. Where there is none,
 * no process need be started to hear that. A repository that only `GIT_DIR` names is not found.
 */
export async function isInRepository(folder: string): Promise<boolean> {
  const here = await realpath(folder).catch(() => undefined);
  for (let at = here; at !== undefined; at = dirname(at) === at ? undefined : dirname(at)) {
    const found = await lstat(join(at, '.git')).catch(() => undefined);
    if (found) return true;
  }
  return false;
}
