import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Refused } from '../core/errors.ts';
import type { ProgramOrder, ProgramResult } from '../core/ports/programs.ts';
import { ProgramFailed } from './program-failed.ts';

/** A program hands over what lies in its run's folder, and nothing else of this machine. */
export function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  const way = relative(folder, full);
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new Refused(`The program reported an artifact outside its run's folder: ${path}`);
  return full;
}

/** The same of a file that is there: a link must not lead out either, to what the worker may read and it not. */
export async function reallyInside(folder: string, path: string): Promise<void> {
  inside(await realpath(folder), await realpath(path));
}

/** Throws where an artifact is no file, or a link that leads out of the run's folder. */
export async function requireFiles(
  { argv, runDir }: ProgramOrder,
  { artifacts }: ProgramResult,
  last: readonly string[],
): Promise<void> {
  for (const [name, path] of Object.entries(artifacts)) {
    const file = await stat(path).catch(() => undefined);
    if (!file?.isFile())
      throw new ProgramFailed(
        `"${argv.join(' ')}" reported the artifact "${name}", but ${relative(runDir, path)} is no file.`,
        last,
      );
    await reallyInside(runDir, path);
  }
}
