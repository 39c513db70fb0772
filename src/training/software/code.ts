import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isInRepository } from './repository.ts';

const run = promisify(execFile);

const UNVERSIONED = { revision: 'unversioned', dirty: true };

/** The commit of a workspace; `unversioned` if it is not in a git repository. */
export async function codeOf(folder: string): Promise<{ revision: string; dirty: boolean }> {
  if (!(await isInRepository(folder))) return UNVERSIONED;
  try {
    const { stdout: revision } = await run('git', ['rev-parse', 'HEAD'], { cwd: folder });
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--', '.'], {
      cwd: folder,
    });
    return { revision: revision.trim(), dirty: changes.trim() !== '' };
  } catch {
    return UNVERSIONED;
  }
}
