import { type KeyKind, trustedKeys } from './key-files.ts';
import type { PublicKey } from './keys.ts';

/** A key that is revoked counts no longer than about this in a running process. */
const LOOK_EVERY_MS = 2000;
/** Whoever asks more rarely than this waits for the files. */
const STALE_MS = 5000;

/**
 * The trusted keys of one kind, looked up again while they are asked for. Nobody who asks often waits for that, and
 * files that cannot be read, or a line in `revoked` that is not understood, take no key away that was trusted before:
 * a rollback must not fail by it.
 * @returns a function that throws only as long as they were never read. Given the ID of a key, or its beginning, it looks
 *   again if that is not known yet
 */
export function followKeys(
  dir: string,
  kind: KeyKind,
  failed: (error: unknown) => void = () => {},
): (newest?: string) => Promise<readonly PublicKey[]> {
  let known: { keys: readonly PublicKey[]; at: number } | undefined;
  let looking: Promise<void> | undefined;
  const look = async () => {
    try {
      known = { keys: await trustedKeys(dir, kind), at: performance.now() };
    } catch (error) {
      if (!known) throw error;
      known = { ...known, at: performance.now() };
      failed(error);
    }
  };
  const looked = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const knows = (newest: string) => known?.keys.some(({ id }) => id.startsWith(newest)) === true;
  return async (newest) => {
    // A look that is on its way may have begun before the key was there.
    for (let looks = 0; newest !== undefined && looks < 2 && !knows(newest); looks += 1)
      await looked();
    const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
    if (age > STALE_MS) await looked();
    else if (age > LOOK_EVERY_MS) looked().catch(failed);
    return known?.keys ?? [];
  };
}
