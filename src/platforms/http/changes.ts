/** Notifies all listeners in this process, synchronously and in order. All adapters run in one process. */
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
