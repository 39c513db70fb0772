import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramOrder, Programs } from '../../src/core/ports/programs.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';

/** Separate run folders, and what runs programs in them. */
export async function createRunner() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'wheelhouse-runner-')));
  const folders = createRunFolders(root);
  const programs = createPrograms(folders);
  let count = 0;

  async function order(
    argv: ProgramOrder['argv'],
    more: Partial<Omit<ProgramOrder, 'argv' | 'request'>> & {
      request?: Partial<ProgramOrder['request']>;
    } = {},
  ): Promise<ProgramOrder> {
    const { request, ...rest } = more;
    const run = `run-${++count}`;
    return {
      argv,
      folder: root,
      runDir: await folders.create(run, 'test'),
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      onProgress: () => {},
      request: {
        run,
        model: 'flights',
        window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
        parameters: {},
        features: { distance: 'number' },
        label: 'late',
        task: 'binary',
        null_category: '',
        ...request,
      },
      ...rest,
    };
  }

  return {
    root,
    folders,
    programs,
    order,
    /** Runs JavaScript source as a program. */
    async run(script: string, more: Parameters<typeof order>[1] = {}) {
      const given = await order([process.execPath, '-e', script], more);
      return { ...(await outcome(programs, given)), order: given };
    },
  };
}

async function outcome(programs: Programs, order: ProgramOrder) {
  try {
    return { result: await programs.run(order) };
  } catch (error) {
    return { error };
  }
}

/** Whether a process with that ID exists. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks until there is an answer; fails after half a minute. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
