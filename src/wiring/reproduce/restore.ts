import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Version } from '../../core/ports/versions.ts';

const run = promisify(execFile);
const LISTING_BYTES = 64 * 1024 * 1024;

export type Restored =
  /** The workspace at the recorded commit. */
  | { folder: string; from: 'commit' }
  /** The workspace as it is now; `why` the commit could not be used, as a sentence. */
  | { folder: string; from: 'workspace'; why: string };

/**
 * The code that a version was trained with: its commit, written to a new folder below `into`, with links to what
 * git ignores (installed packages, data). Without a commit, or if there were uncommitted changes, the workspace as it
 * is now.
 * @param home the state folder, which is not linked
 * @param here uses the workspace as it is now
 */
export async function restoreCode(
  { revision, dirty }: Version['code'],
  { workspace, into, home, here }: { workspace: string; into: string; home: string; here: boolean },
): Promise<Restored> {
  const asItIs = (why: string): Restored => ({ folder: workspace, from: 'workspace', why });
  if (here) return asItIs('With --here.');
  if (revision === 'unversioned') return asItIs('The workspace was not in a git repository.');
  if (dirty)
    return asItIs(`The workspace had changes that were not committed to ${short(revision)}.`);
  const top = await git(workspace, ['rev-parse', '--show-toplevel']);
  if (top === undefined) return asItIs('The workspace is not in a git repository any more.');
  const known = await git(workspace, ['cat-file', '-e', `${revision}^{commit}`]);
  if (known === undefined)
    return asItIs(`The commit ${short(revision)} is not in the repository here.`);
  const root = join(into, 'code');
  await mkdir(root);
  const archive = join(into, 'code.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, revision], { cwd: top });
  await run('tar', ['-xf', archive, '-C', root]);
  await rm(archive);
  await linkIgnored(top, root, await real(home));
  const folder = join(root, relative(top, await real(workspace)));
  if (!existsSync(join(folder, 'wheelhouse.yaml')))
    return asItIs(`The commit ${short(revision)} has no wheelhouse.yaml in this folder.`);
  return { folder, from: 'commit' };
}

export const short = (revision: string): string => revision.slice(0, 7);

/** What it printed, without the line's end; undefined if it failed. */
async function git(cwd: string, words: string[]): Promise<string | undefined> {
  try {
    return (await run('git', words, { cwd, maxBuffer: LISTING_BYTES })).stdout.replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

async function linkIgnored(top: string, root: string, home: string): Promise<void> {
  const words = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const listed = (await git(top, words)) ?? '';
  for (const path of listed.split('\0').map((one) => one.replace(/\/$/, ''))) {
    const from = resolve(top, path);
    const to = join(root, path);
    if (path === '' || home === from || home.startsWith(`${from}/`) || existsSync(to)) continue;
    await mkdir(dirname(to), { recursive: true });
    await symlink(from, to);
  }
}

const real = (path: string) => realpath(path).catch(() => resolve(path));
