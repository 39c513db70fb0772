import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolders } from '../core/ports/programs.ts';

/** Run folders below the state folder: one log a run, one scratch folder an attempt. */
export function createRunFolders(root: string): RunFolders {
  const of = async (run: string): Promise<string> => {
    if (!/^[a-z0-9-]+$/.test(run)) throw new Error(`"${run}" is no id of a run`);
    const folder = join(root, run);
    await mkdir(folder, { recursive: true });
    return folder;
  };
  return {
    create: async (run, name) => mkdtemp(join(await of(run), `${name}-`)),
    log: async (run, line) => appendFile(join(await of(run), 'log.txt'), `${line}\n`),
    async tail(run, lines) {
      const text = await readFile(join(await of(run), 'log.txt'), 'utf8').catch(() => '');
      return text.split('\n').slice(0, -1).slice(-lines);
    },
    clear: (folder) => rm(folder, { recursive: true, force: true }),
  };
}
