import { lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refused } from '../../../core/errors.ts';
import type { Copy } from './copies.ts';

/** How a file ends that is not complete. */
export const ON_THE_WAY = '.partial';
/** What was written last before then belongs to a process that was killed. */
const LEFT_MS = 3_600_000;

/** Whether the file is still what was copied. */
export async function isAsCopied(path: string, { bytes, modified }: Copy): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === bytes && found.mtimeMs === modified;
}

/** Puts a complete file in its place, as a whole, for the programs of the workspace to read. */
export async function putAt(path: string, partial: string, key: string): Promise<void> {
  const written = await open(partial, 'r');
  await written.sync().finally(() => written.close());
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    // A link could lead to what only the worker may write.
    if ((await realpath(folder)) !== folder) throw new Error(`${folder} is a link`);
    await rename(partial, path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refused(`Copying ${key}: ${why}.`, {
      next: 'Let the worker write to its folder of copies, and put nothing else there.',
      cause,
    });
  }
}

/**
 * Removes copies of other objects, and what killed processes left of theirs.
 * @returns how many copies were removed; from `copies` too
 */
export async function removeOthers(
  folder: string,
  copies: Map<string, Copy>,
  names: ReadonlySet<string>,
): Promise<number> {
  for (const file of await readdir(folder)) {
    if (!file.startsWith('.') || !file.endsWith(ON_THE_WAY)) continue;
    const found = await stat(join(folder, file)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFT_MS)
      await rm(join(folder, file), { force: true });
  }
  const others = [...copies].filter(([name]) => !names.has(name));
  for (const [name, copy] of others) {
    const path = join(folder, name);
    // Somebody else's file in its place is not ours to remove.
    if (await isAsCopied(path, copy)) await rm(path, { force: true });
    copies.delete(name);
    await removeEmpty(dirname(path), folder);
  }
  return others.length;
}

/** A folder that is left empty would be in the way of a file of its name. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let at = folder; at.startsWith(`${root}/`); at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
