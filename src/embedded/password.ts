import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The only user of the store; whoever knows the password may do everything. */
export const USER = 'wheelhouse';

const NAME = 'password';

/** The address of the store that runs in a folder; only valid for that store. */
export const PORT_FILE = 'port';

/**
 * The password of the store in a folder, readable by this user only. It is created if there is none and then
 * stays the same, so that a restarted store still accepts its clients.
 */
export async function passwordOf(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, NAME);
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== '') return known;
  // A link is created atomically: two processes at once end up with the same password.
  const own = `${path}.${process.pid}`;
  await rm(own, { force: true });
  await writeFile(own, randomBytes(24).toString('base64url'), { mode: 0o600 });
  try {
    await link(own, path).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(own, { force: true });
  }
  return readFile(path, 'utf8');
}

/** Creates a new password; only for callers that know that no store runs in the folder. */
export async function renewPassword(dir: string): Promise<string> {
  await rm(join(dir, NAME), { force: true });
  return passwordOf(dir);
}

/** The address of a store on this machine, with its password. */
export function uriOf(port: number, password: string): string {
  const options = 'directConnection=true&authSource=admin&authMechanism=SCRAM-SHA-256';
  return `mongodb://${USER}:${password}@127.0.0.1:${port}/wheelhouse?${options}`;
}
