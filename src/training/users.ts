import { readdir, readFile } from 'node:fs/promises';

/**
 * The user that a program runs as. `own`: no other program is that user, so all processes of it end with the
 * program.
 */
export interface ProgramUser {
  uid: number;
  gid: number;
  name: string;
  own: boolean;
}

/** Not used by systemd or Debian, and below 65,536, where a container's users end. */
const FIRST = 60_578;
const LAST = 61_182;
/**
 * The demo's traffic always has the same user: its files are still its own at the next start. It is not
 * exclusive: the traffic of another demo on this machine has the same user, and must not be stopped with this
 * one.
 */
export const TRAFFIC_USER: ProgramUser = {
  uid: 61_183,
  gid: 61_183,
  name: 'wheelhouse-traffic',
  own: false,
};

/** Assigns unused users, each to one program. */
export function createUserPool(): {
  take(): Promise<ProgramUser>;
  giveBack(user: ProgramUser): void;
} {
  const taken = new Set<number>();
  return {
    async take() {
      // Used by other workers, and by programs that a dead worker's leash is still stopping.
      const busy = await usersAlive();
      const free = Array.from({ length: LAST - FIRST + 1 }, (_, at) => FIRST + at).filter(
        (uid) => !taken.has(uid) && !busy.has(uid),
      );
      // A random one: two workers at once would otherwise both take the first.
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
