import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Unreachable } from './errors.ts';

/** A disk has no space left. Work continues when there is space; nothing needs a restart. */
export class DiskFull extends Unreachable {}

/** Whether a full disk caused an error; DuckDB only says so in the message. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (
    error instanceof DiskFull ||
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /No space left on device|Disk quota exceeded/i.test(error.message) ||
    isDiskFull(error.cause)
  );
}

/** Runs `work`, which writes below `path`. Throws DiskFull, with the original cause, if the disk is full. */
export async function writing<T>(
  activity: string,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DiskFull || !isDiskFull(cause)) throw cause;
    throw await diskFull(activity, path, cause);
  }
}

export async function diskFull(
  activity: string,
  path: string,
  cause: unknown,
  consequence = 'so nothing was stored',
): Promise<DiskFull> {
  const free = await freeBytes(path);
  const left = free === undefined ? '' : ` (${free.toLocaleString('en')} bytes free)`;
  return new DiskFull(`${activity}: the disk of ${path} is full${left}, ${consequence}.`, {
    next: 'Free space on it, then try again. No restart is needed.',
    cause,
  });
}

/** Free bytes for this user, at the nearest existing folder. */
async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return dirname(path) === path ? undefined : freeBytes(dirname(path));
  }
}
