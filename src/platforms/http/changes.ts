/** Tells whoever listens in this process, at once and in order. All adapters live in one process. */
export interface Changes<T> {
  /** Returns an unsubscribe. */
  on(listener: (change: T) => void): () => void;
  tell(change: T): void;
}

export function createChanges<T>(): Changes<T> {
  const listeners = new Set<(change: T) => void>();
  return {
    on(listener) {
      // A wrapper of its own, so that the same function may listen twice.
      const own = (change: T) => listener(change);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    tell(change) {
      for (const listener of [...listeners]) listener(change);
    },
  };
}
