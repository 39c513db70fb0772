/** Remembers the `size` entries that were used most recently. */
export function createMemory<V>(size: number) {
  const known = new Map<string, V>();
  return {
    get(key: string): V | undefined {
      const value = known.get(key);
      if (value === undefined) return undefined;
      known.delete(key);
      known.set(key, value);
      return value;
    },
    set(key: string, value: V): void {
      known.delete(key);
      known.set(key, value);
      const oldest = known.size > size ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
    forget(key: string): void {
      known.delete(key);
    },
  };
}
