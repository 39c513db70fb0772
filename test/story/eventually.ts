import { setTimeout as pause } from 'node:timers/promises';

interface Patience {
  /** Milliseconds until it counts as hanging. Generous, for busy machines. */
  within?: number;
  /** Milliseconds between two attempts. */
  every?: number;
  /** What to print if it never came. */
  scene?: () => string;
}

/**
 * Polls until there is a value, and returns it.
 * @throws Error naming what never came, the last value seen, and the scene
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
      // While a role restarts, polling may fail; it only matters if it never stops failing.
      trouble = error;
    }
    if (performance.now() > late)
      throw new Error(`waited ${within / 1000} s in vain: ${what}\n${scene()}`, { cause: trouble });
    await pause(every);
  }
}
