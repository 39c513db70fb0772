import { appendFile, mkdir, mkdtemp, open, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { writing } from '../core/disk.ts';
import type { RunFolders } from '../core/ports/programs.ts';

/** A log may be larger than the memory; a message shows at most this much. */
const TAIL_BYTES = 1024 * 1024;

/** Run folders below the state folder: one log per run, one scratch folder per attempt. */
export function createRunFolders(root: string): RunFolders {
  const placeOf = (run: string): string => join(root, idOf(run));
  const of = async (run: string): Promise<string> => {
    const folder = placeOf(run);
    await mkdir(folder, { recursive: true });
    return folder;
  };
  return {
    create: (run, name) =>
      writing(`making a folder for ${run}`, root, async () =>
        mkdtemp(join(await of(run), `${name}-`)),
      ),
    named: (run, name) => join(placeOf(run), idOf(name)),
    log: (run, line) =>
      writing(`writing the log of ${run}`, root, async () =>
        appendFile(join(await of(run), 'log.txt'), `${line}\n`),
      ),
    logged: async (run) => (await stat(join(await of(run), 'log.txt')).catch(absent))?.size ?? 0,
    async cutLog(run, bytes) {
      const path = join(await of(run), 'log.txt');
      if (((await stat(path).catch(absent))?.size ?? 0) > bytes) await truncate(path, bytes);
    },
    async tail(run, lines) {
      const text = await endOf(join(await of(run), 'log.txt'));
      return text.split('\n').slice(0, -1).slice(-lines);
    },
    clear: (folder) => rm(folder, { recursive: true, force: true }),
  };
}

function idOf(run: string): string {
  if (!/^[a-z0-9-]+$/.test(run)) throw new Error(`"${run}" is not the id of a run`);
  return run;
}

/** The last complete lines of a file; none if it does not exist. */
async function endOf(path: string): Promise<string> {
  const file = await open(path).catch(absent);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - from);
    await file.read(bytes, 0, bytes.length, from);
    const text = bytes.toString();
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await file.close();
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
