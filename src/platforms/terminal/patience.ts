import { setTimeout } from 'node:timers/promises';
import { Away } from './client.ts';

const FIRST_MS = 200;
const LONGEST_MS = 4_000;
const GIVE_UP_MS = 60_000;

interface Patience {
  signal?: AbortSignal;
  /** Whether a request that never reached anybody is given up at once. */
  eager?: boolean;
  /** Called before the first wait. */
  lost(): void;
}

/** Tries again with longer and longer pauses while nobody answers: a bot that restarts takes seconds. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { signal, eager = false, lost }: Patience,
): Promise<T> {
  const since = performance.now();
  for (let pause = FIRST_MS; ; pause = Math.min(pause * 2, LONGEST_MS)) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const isHopeless = !(error instanceof Away) || (eager && error.unheard);
      if (isHopeless || performance.now() - since > GIVE_UP_MS) throw error;
    }
    if (pause === FIRST_MS) lost();
    await setTimeout(pause, undefined, signal ? { signal } : {});
  }
}
