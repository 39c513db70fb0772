import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isInRepository } from './repository.ts';

const run = promisify(execFile);

/** Installed, cached or written by Wheelhouse: not a team's own code. */
const OTHERS = new Set(['node_modules', 'venv', '__pycache__', 'dist', 'coverage']);
/** A workspace that holds its data must not make every training read all of it. */
const LARGEST_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 5000;
const LISTING_BYTES = 64 * 1024 * 1024;

/**
 * The files of a workspace by their path in it, each with the SHA-256 of its bytes; one of more than 64 MB by its
 * size alone. In a git repository those that git does not ignore, elsewhere all that are neither hidden nor installed.
 * Undefined if there are more than 5,000.
 */
export async function filesOf(folder: string): Promise<Record<string, string> | undefined> {
  const paths = await pathsIn(folder);
  if (paths === undefined) return undefined;
  const entries: [path: string, content: string][] = [];
  for (const path of paths.sort()) {
    const content = await contentOf(join(folder, path));
    if (content !== undefined) entries.push([path, content]);
  }
  return Object.fromEntries(entries);
}

/** The paths of the same files; some may be deleted. Undefined if there are more than 5,000. */
export async function pathsIn(folder: string): Promise<string[] | undefined> {
  const paths = (await inGit(folder)) ?? (await walk(folder));
  return paths.length > MOST_FILES ? undefined : paths;
}

/** Undefined if the folder is not in a git repository. */
async function inGit(folder: string): Promise<string[] | undefined> {
  if (!(await isInRepository(folder))) return undefined;
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const { stdout } = await run('git', words, { cwd: folder, maxBuffer: LISTING_BYTES });
    return [...new Set(stdout.split('\0').filter((path) => path !== ''))];
  } catch {
    return undefined;
  }
}

async function walk(root: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || OTHERS.has(entry.name)) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) found.push(...(await walk(root, path)));
    if (found.length > MOST_FILES) return found;
  }
  return found;
}

/** Undefined for what is no file, e.g. one that git knows and that is deleted. */
async function contentOf(path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  if (stats.size > LARGEST_BYTES) return `${stats.size} bytes`;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch {
    return 'not readable';
  }
  return hash.digest('hex');
}
