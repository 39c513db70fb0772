import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One process of this machine, from `ps`. */
export interface Process {
  pid: number;
  parent: number;
  /** Its arguments, followed by its environment. */
  words: string;
}

/** Every process whose environment we may read, without zombies. */
export async function processes(): Promise<Process[]> {
  // `e` shows environments, on Linux and macOS: processes of a demo name its home.
  const columns = ['-o', 'pid=', '-o', 'ppid=', '-o', 'stat=', '-o', 'command='];
  const { stdout } = await run('ps', ['axeww', ...columns], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, words] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (words === undefined || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), words }];
  });
}

/** The children of a process, their children, and so on. */
export function descendants(all: readonly Process[], root: number): Process[] {
  const children = all.filter(({ parent }) => parent === root);
  return children.flatMap((child) => [child, ...descendants(all, child.pid)]);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
