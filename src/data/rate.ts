const MINUTE_MS = 60_000;

/** How many calls a minute are taken, by key. For one process: all calls come to the same one. */
export function createRate(now: () => Date) {
  const taken = new Map<string, number[]>();
  return {
    /** Counts a call, and gives 0; or counts nothing, and gives the seconds until one is taken again. */
    wait(key: string, perMinute: number): number {
      const time = now().getTime();
      const recent = (taken.get(key) ?? []).filter((at) => at > time - MINUTE_MS);
      const [oldest = time] = recent;
      const isOver = recent.length >= perMinute;
      taken.set(key, isOver ? recent : [...recent, time]);
      return isOver ? Math.max(1, Math.ceil((oldest + MINUTE_MS - time) / 1000)) : 0;
    },
  };
}
