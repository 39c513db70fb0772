import { randomUUID } from 'node:crypto';
import type { Bus, Topic } from '../../core/ports/jobs.ts';

/** Notifies all listeners in this process, synchronously and in order. */
export interface Changes<T> {
  /** Returns an unsubscribe. */
  on(listener: (change: T) => void): () => void;
  tell(change: T): void;
}

export function createChanges<T>(): Changes<T> {
  const listeners = new Set<(change: T) => void>();
  return {
    on(listener) {
      // Wrapped, so that the same function can be registered twice.
      const own = (change: T) => listener(change);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    tell(change) {
      for (const listener of [...listeners]) listener(change);
    },
  };
}

/** The changes in other bots, by the ID of what changed: one of them posts what the pages of all show. */
export interface Elsewhere {
  tell(id: string): void;
  /** @param missed called when changes may have been lost */
  on(changed: (id: string) => void, missed: () => void): void;
}

export const NOT_ELSEWHERE: Elsewhere = { tell: () => {}, on: () => {} };

export function createElsewhere(bus: Bus, topic: Topic): Elsewhere {
  const own = randomUUID();
  return {
    tell: (id) => void bus.publish(topic, `${own} ${id}`),
    on(changed, missed) {
      bus.subscribe(
        topic,
        (message) => {
          const [from, id = ''] = message.split(' ', 2);
          if (from !== own) changed(id);
        },
        missed,
      );
    },
  };
}
