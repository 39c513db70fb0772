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
 * @returns a function that throws only as long as they were never read
 */
export function followKeys(
  dir: string,
  kind: KeyKind,
  failed: (error: unknown) => void = () => {},
): () => Promise<readonly PublicKey[]> {
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
  return async () => {
    const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
    if (age > STALE_MS) await looked();
    else if (age > LOOK_EVERY_MS) looked().catch(failed);
    return known?.keys ?? [];
  };
}
