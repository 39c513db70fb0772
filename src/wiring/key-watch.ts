import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 2000;

/** Calls `look` every two seconds, one call at a time, until the returned function is called. */
export function watchKeys(
  look: () => Promise<void>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const run = async () => {
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await look().catch(failed);
    }
  };
  const running = run();
  return () => {
    ending.abort();
    return running;
  };
}
