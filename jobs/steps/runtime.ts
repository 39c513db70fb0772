import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The environment a version was trained in: the workspace's commit and the machine's software. */
export async function describeRuntime(folder: string) {
  return {
    code: await codeOf(folder),
    runtime: { node: process.version, platform: process.platform, arch: process.arch },
  };
}

/** `unversioned` if the workspace is not in a git repository. */
async function codeOf(folder: string): Promise<{ revision: string; dirty: boolean }> {
  try {
    const { stdout: revision } = await run('git', ['rev-parse', 'HEAD'], { cwd: folder });
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--', '.'], {
      cwd: folder,
    });
    return { revision: revision.trim(), dirty: changes.trim() !== '' };
  } catch {
    return { revision: 'unversioned', dirty: true };
  }
}
