import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused } from '../core/errors.ts';
import { lock } from '../embedded/lock.ts';

export interface Home {
  path: string;
  /** The session token: the given one, or the one of the last run, or a new one. */
  token(given: string | undefined): Promise<string>;
  /** Records for the command line where this Wheelhouse is, until it stops. */
  announce(url: string): Promise<void>;
  /** Releases the folder. */
  release(): Promise<void>;
}

const MARKER = 'wheelhouse-home';
const LOCK = 'lock';
const MARK =
  'The state of a Wheelhouse. "npm run demo -- --fresh" deletes everything beside this.\n';

/**
 * Reserves a state folder for this process, and empties it for a fresh start. Only folders marked as ours are
 * ever emptied, and only empty folders are ever marked.
 * @throws Refused if the folder is in use, or contains other data
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
  // Created anew, because an existing file would keep its mode.
  await rm(file, { force: true });
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}
