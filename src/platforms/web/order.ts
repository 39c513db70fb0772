import { setTimeout } from 'node:timers/promises';

/** Longer than a command takes to answer, shorter than a reader's patience. */
const PATIENCE_MS = 2_000;

/**
 * Keeps a channel in the order in which things happened. A person's command is written down once
 * its answer is known to be for everybody, while the card that it started may come by another way
 * at the same time: such a card waits for the words that asked for it.
 */
export interface Order {
  /** Runs `work`, which answers a command in `channel` and writes its words down. */
  during<T>(channel: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when what is being answered in `channel` now is written down, or took too long. */
  settled(channel: string): Promise<void>;
}

export function createOrder(patienceMs: number = PATIENCE_MS): Order {
  const answering = new Map<string, Set<Promise<unknown>>>();
  return {
    async during(channel, work) {
      const here = answering.get(channel) ?? new Set();
      answering.set(channel, here);
      const answer = work();
      here.add(answer);
      try {
        return await answer;
      } finally {
        here.delete(answer);
        if (here.size === 0 && answering.get(channel) === here) answering.delete(channel);
      }
    },
    async settled(channel) {
      const here = answering.get(channel);
      if (!here) return;
      const enough = new AbortController();
      const late = setTimeout(patienceMs, undefined, { signal: enough.signal, ref: false });
      await Promise.race([Promise.allSettled([...here]), late]);
      late.catch(() => {});
      enough.abort();
    },
  };
}
