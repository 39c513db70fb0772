const STEADY_MS = 60_000;
const LONGEST_MS = 30_000;

/** Decides how long to wait before a crashed program is restarted. */
export interface BackOff {
  /** @param livedMs how long it had been running @returns milliseconds to wait */
  next(livedMs: number): number;
}

/** At once the first time, then 1 s, 2 s, 4 s … 30 s; reset after a minute without a crash. */
export function createBackOff(): BackOff {
  let deaths = 0;
  return {
    next(livedMs) {
      if (livedMs >= STEADY_MS) deaths = 0;
      deaths += 1;
      return deaths === 1 ? 0 : Math.min(1000 * 2 ** (deaths - 2), LONGEST_MS);
    },
  };
}
