import { setTimeout } from 'node:timers/promises';
import { Away } from './client.ts';

const FIRST_MS = 200;
const LONGEST_MS = 4_000;
const GIVE_UP_MS = 60_000;

interface Patience {
  signal?: AbortSignal;
  /** Whether to give up at once if the request was not received. */
  eager?: boolean;
  /** Called before the first wait. */
  lost(): void;
}

/** Retries with increasing pauses while the bot does not answer: a restart takes seconds. */
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
