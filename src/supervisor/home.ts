import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused } from '../core/errors.ts';
import { lock } from '../embedded/lock.ts';

export interface Home {
  path: string;
  /** The session token: the given one, else the one of the last run, else a new one. */
  token(given: string | undefined): Promise<string>;
  /** Says to the command line where this Wheelhouse is, until it ends. */
  announce(url: string): Promise<void>;
  /** Lets the next one have the folder. */
  release(): Promise<void>;
}

const MARKER = 'wheelhouse-home';
const LOCK = 'lock';
const MARK =
  'The state of a Wheelhouse. "npm run demo -- --fresh" deletes everything beside this.\n';

/**
 * Takes a state folder for this process alone, and empties it when a fresh start is wanted. Only
 * what is marked as ours is ever emptied, and only what was empty is ever marked.
 * @throws Refused when the folder is in use, or somebody else's
 */
export async function openHome(path: string, fresh: boolean): Promise<Home> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const entries = await readdir(path);
  if (!entries.includes(MARKER)) {
    if (entries.length > 0)
      throw new Refused(
        `${path} contains files that are not from a demo, so nothing was started.`,
        {
          next: 'Set WHEELHOUSE_HOME to a new or empty folder.',
        },
      );
    await writeFile(join(path, MARKER), MARK);
  }
  const release = await lock(path).catch(async (cause: unknown) => {
    const owner = /"pid":(\d+)/.exec(await readFile(join(path, LOCK), 'utf8').catch(() => ''))?.[1];
    throw new Refused(`Wheelhouse is already running in ${path} (process ${owner ?? 'unknown'}).`, {
      next: 'Stop it first, or set WHEELHOUSE_HOME to another folder.',
      cause,
    });
  });
  if (fresh) await empty(path);
  const url = join(path, 'url');
  return {
    path,
    token: (given) => tokenIn(join(path, 'token'), given),
    announce: (address) => writeFile(url, `${address}\n`),
    async release() {
      await rm(url, { force: true });
      await release();
    },
  };
}

async function empty(path: string): Promise<void> {
  for (const entry of await readdir(path))
    if (entry !== MARKER && entry !== LOCK)
      await rm(join(path, entry), { recursive: true, force: true });
}

async function tokenIn(file: string, given: string | undefined): Promise<string> {
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  const token = given ?? (kept.length >= 16 ? kept : randomBytes(24).toString('base64url'));
  // Made anew, since the mode of a file that is there already would stay as it was.
  await rm(file, { force: true });
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}
