import { setTimeout as pause } from 'node:timers/promises';

interface Patience {
  /** Milliseconds until it counts as hanging. Generous: a busy machine is no fault. */
  within?: number;
  /** Milliseconds between two looks. */
  every?: number;
  /** What to show of the world when it never came. */
  scene?: () => string;
}

/**
 * Looks until there is something to see, and returns it.
 * @throws Error naming what never came, what was seen last, and the scene
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { within = 120_000, every = 200, scene = () => '' }: Patience = {},
): Promise<T> {
  const late = performance.now() + within;
  let trouble: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      trouble = undefined;
    } catch (error) {
      // While a part restarts, looking may fail; it only matters when it never stops failing.
      trouble = error;
    }
    if (performance.now() > late)
      throw new Error(`waited ${within / 1000} s in vain: ${what}\n${scene()}`, { cause: trouble });
    await pause(every);
  }
}
