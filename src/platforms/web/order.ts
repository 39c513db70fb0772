import { setTimeout } from 'node:timers/promises';

/** Longer than a command takes to answer, and short enough for someone who waits. */
const PATIENCE_MS = 2_000;

/**
 * Keeps the posts of a channel in the order of the events. A person's command is stored once its answer is known to
 * be for everyone, while the card that it caused may arrive by another path at the same time: such a card waits for
 * the command to be stored.
 */
export interface Order {
  /** Runs `work`, which answers a command in `channel` and stores it. */
  during<T>(channel: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when the commands that are being answered in `channel` are stored, or took too long. */
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
