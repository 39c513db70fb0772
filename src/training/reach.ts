import { constants } from 'node:fs';
import { access, chmod, readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Argv } from '../core/model.ts';
import type { ProgramUser } from './users.ts';

/** Parts of the state folder that programs must not access. */
const CLOSED = ['token', 'logs', 'predictions', 'redis', 'store'];

/**
 * Lets programs of other users pass through the state folder to the folders of their runs and to the artifacts,
 * and to nothing else in it.
 */
export async function letThrough(home: string): Promise<void> {
  const entries = await readdir(home, { withFileTypes: true });
  for (const entry of entries.filter(({ name }) => CLOSED.includes(name)))
    await chmod(join(home, entry.name), entry.isDirectory() ? 0o700 : 0o600);
  const { mode } = await stat(home);
  await chmod(home, (mode & 0o777) | 0o011);
}

/**
 * What prevents a user from running a program: a folder on the way, or a file.
 * @param look folders that they must be able to enter
 * @returns its path; undefined if nothing does
 */
export async function obstacle(
  user: ProgramUser,
  {
    argv,
    folder,
    look,
    path,
  }: { argv: Argv; folder: string; look: readonly string[]; path: string },
): Promise<string | undefined> {
  const files = await Promise.all(
    argv.slice(1).flatMap((word) => {
      const file = resolve(folder, word);
      return file.startsWith(`${folder}/`) ? [existing(file)] : [];
    }),
  );
  const program = await found(argv[0], folder, path);
  const asked = [folder, ...look, ...(program ? [program] : []), ...files.flat()];
  const real = await Promise.all(asked.map((place) => realpath(place)));
  for (const place of new Set([...asked, ...real])) {
    const closed = await closedTo(user, place);
    if (closed !== undefined) return closed;
  }
  return undefined;
}

/** The program as the worker itself would find it: another user must not silently get another one. */
async function found(program: string, folder: string, path: string): Promise<string | undefined> {
  const places = program.includes('/')
    ? [isAbsolute(program) ? program : join(folder, program)]
    : path.split(delimiter).map((place) => join(place, program));
  for (const place of places)
    if (
      await access(place, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return place;
  return undefined;
}

const existing = (path: string): Promise<string[]> =>
  stat(path).then(
    () => [path],
    () => [],
  );

/** The outermost folder of a path, or the path itself, that is closed to the user. */
async function closedTo(user: ProgramUser, path: string): Promise<string | undefined> {
  const above = dirname(path) === path ? undefined : await closedTo(user, dirname(path));
  if (above !== undefined) return above;
  const found = await stat(path);
  const { uid, gid, mode } = found;
  const rights = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
  const needed = found.isDirectory() ? 0o1 : 0o4;
  return (rights & needed) === needed ? undefined : path;
}
