import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Refused } from '../core/errors.ts';
import type { ProgramResult } from '../core/ports/programs.ts';
import { ProgramFailed } from './program-failed.ts';

/** A program can only hand over files in its run's folder, and nothing else on this machine. */
export function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  const way = relative(folder, full);
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new Refused(`The program reported an artifact outside its run's folder: ${path}`);
  return full;
}

/** The same for an existing file: a link must not lead out either, to files that only the worker may read. */
export async function reallyInside(folder: string, path: string): Promise<void> {
  inside(await realpath(folder), await realpath(path));
}

/** Throws if an artifact is not a file, or is a link that leads out of the run's folder. */
export async function requireFiles(
  { argv, runDir }: { argv: readonly string[]; runDir: string },
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
