import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFound } from '../core/errors.ts';
import { FINAL, type Runs } from '../core/ports/runs.ts';

/** Programs that are no run's, of targets or data sources, end long before that. */
const DAY_MS = 86_400_000;
const LOG = 'log.txt';
/** Programs of a pipeline: those of other branches go on when its run has failed. */
const STEP = /^step-/;

interface Parts {
  /** The folder with one folder for each run. */
  root: string;
  runs: Pick<Runs, 'get'>;
  now: Date;
}

/**
 * Removes what workers of this machine left when they were killed: in the folders of runs that are over, everything but
 * the log. What an execution left is removed by whoever ends it.
 * @returns how many files and folders
 */
export async function clearLeftFolders({ root, runs, now }: Parts): Promise<number> {
  let removed = 0;
  for (const run of await readdir(root).catch(() => [])) {
    const folder = join(root, run);
    const names = (await readdir(folder).catch(() => [])).filter((name) => name !== LOG);
    if (names.length === 0) continue;
    const isRunGone = await isRunOver(run, runs);
    for (const name of names) {
      const path = join(folder, name);
      const isOver = isRunGone && STEP.test(name) ? undefined : isRunGone;
      const at = isOver === undefined ? await stat(path).catch(() => undefined) : undefined;
      if (!(isOver ?? (at !== undefined && now.getTime() - at.mtimeMs > DAY_MS))) continue;
      await rm(path, { recursive: true, force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Undefined: it is no run. */
async function isRunOver(id: string, runs: Pick<Runs, 'get'>): Promise<boolean | undefined> {
  try {
    const { status, execution } = await runs.get(id);
    return FINAL.includes(status) && (!execution || execution.endedAt !== undefined);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
