import { readdir, readFile } from 'node:fs/promises';

/** As whom a program runs. `own`: it alone is that user, so whatever is that user ends with it. */
export interface ProgramUser {
  uid: number;
  gid: number;
  name: string;
  own: boolean;
}

/** Nobody's by the tables of systemd and Debian, and below 65,536, where a container's users end. */
const FIRST = 60_578;
const LAST = 61_182;
/**
 * The traffic of a demo is always the same one: what it keeps is its own at the next start too. Not its
 * alone: the traffic of another demo on this machine is the same user, and must not end with this one.
 */
export const TRAFFIC_USER: ProgramUser = {
  uid: 61_183,
  gid: 61_183,
  name: 'wheelhouse-traffic',
  own: false,
};

/** Hands out users that nobody is, for one program each. */
export function createUserPool(): {
  take(): Promise<ProgramUser>;
  giveBack(user: ProgramUser): void;
} {
  const taken = new Set<number>();
  return {
    async take() {
      // Of other workers, and of programs that a dead worker's leash still ends.
      const busy = await usersAlive();
      const free = Array.from({ length: LAST - FIRST + 1 }, (_, at) => FIRST + at).filter(
        (uid) => !taken.has(uid) && !busy.has(uid),
      );
      // Any of them: two workers that look at once would both take the first.
      const uid = free[Math.floor(Math.random() * free.length)];
      if (uid === undefined) throw new Error('every user for programs is taken');
      taken.add(uid);
      return { uid, gid: uid, name: `wheelhouse-${uid}`, own: true };
    },
    giveBack: ({ uid }) => void taken.delete(uid),
  };
}

async function usersAlive(): Promise<Set<number>> {
  const names = await readdir('/proc').catch(() => []);
  const statuses = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readFile(`/proc/${name}/status`, 'utf8').catch(() => '')),
  );
  return new Set(
    statuses.flatMap((status) =>
      (/^Uid:\s+(.*)$/m.exec(status)?.[1] ?? '').split(/\s+/).map(Number),
    ),
  );
}
