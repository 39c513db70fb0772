import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Refused } from '../core/errors.ts';
import type { ProgramOrder } from '../core/ports/programs.ts';
import { letThrough, obstacle } from './reach.ts';
import { createUserPool, type ProgramUser } from './users.ts';

/** Decides as which user the programs of a workspace run. */
export interface RunAs {
  /**
   * @returns the user for one program; undefined for the worker's own
   * @throws Refused if the configured user cannot run it
   */
  begin(
    order: Pick<ProgramOrder, 'argv' | 'folder' | 'runDir' | 'request'>,
  ): Promise<ProgramUser | undefined>;
  end(user: ProgramUser): void;
}

interface Options {
  /** A name or a number; if left out, root uses a separate user for each program. */
  wanted: string | undefined;
  /** The state folder. */
  home: string;
  /** Called once with the reason why programs run with the worker's rights. */
  warn(words: string): void;
  /** Folders of programs, in the format of PATH. */
  path: string;
}

export function createRunAs({ wanted, home, warn, path }: Options): RunAs {
  const pool = createUserPool();
  const warned = new Set<string>();
  const isRoot = process.getuid?.() === 0;

  async function choose(): Promise<ProgramUser | undefined> {
    if (wanted === undefined) return isRoot ? pool.take() : undefined;
    const user = await byName(wanted);
    if (user.uid === process.getuid?.()) return undefined;
    if (isRoot) return user;
    throw new Refused(
      `WHEELHOUSE_PROGRAM_USER is ${wanted}, but a worker must be root to run programs as another user.`,
      { next: 'Unset it, or start the worker as root.' },
    );
  }

  return {
    async begin({ argv, folder, runDir, request: { data } }) {
      const user = await choose();
      if (!user) return undefined;
      await letThrough(home);
      const look = [home, ...(data === undefined ? [] : [data]), runDir.replace(/\/[^/]*$/, '')];
      const closed = await obstacle(user, { argv, folder, look, path });
      if (closed === undefined) return user;
      pool.giveBack(user);
      if (wanted !== undefined)
        throw new Refused(`${wanted}, the user that runs programs, cannot access ${closed}.`, {
          next: 'Give that user access, or change WHEELHOUSE_PROGRAM_USER.',
        });
      if (!warned.has(closed))
        warn(
          `programs run as root, and can read its secrets: ${closed} is closed to other users. ` +
            'Open it (chmod), or move what lies there; WHEELHOUSE_PROGRAM_USER=root accepts it',
        );
      warned.add(closed);
      return undefined;
    },
    end: (user) => pool.giveBack(user),
  };
}

async function byName(name: string): Promise<ProgramUser> {
  const ask = async (what: string): Promise<number> => {
    const { stdout } = await promisify(execFile)('id', [what, '--', name]);
    return Number(stdout);
  };
  try {
    const [uid, gid] = await Promise.all([ask('-u'), ask('-g')]);
    return { uid, gid, name, own: false };
  } catch (cause) {
    throw new Refused(
      `WHEELHOUSE_PROGRAM_USER is ${JSON.stringify(name)}, and there is no such user.`,
      {
        next: 'Name a user of this machine.',
        cause,
      },
    );
  }
}
