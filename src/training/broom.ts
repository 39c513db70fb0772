import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineUser } from '../core/engine-kind.ts';

export const LEASH = fileURLToPath(new URL('./leash.mjs', import.meta.url));

/** As the leash reads it: the user of a program. */
export const userWords = ({ uid, gid, own }: Pick<EngineUser, 'uid' | 'gid' | 'own'>) => ({
  ...{ uid, gid, own },
});

/**
 * Kills everything that carries a program's mark. For when whatever should have done so was killed itself.
 * @param late a while may have passed since: see `sweep`
 */
export function sweepUp(
  mark: string,
  user: Pick<EngineUser, 'uid' | 'gid' | 'own'> | undefined,
  { late = false } = {},
): Promise<void> {
  const broom = spawn(
    process.execPath,
    [LEASH, JSON.stringify({ ...(user && userWords(user)), late })],
    {
      env: { WHEELHOUSE_MARK: mark },
      stdio: 'ignore',
    },
  );
  return new Promise((done) => {
    broom.once('error', () => done()).once('close', () => done());
  });
}
