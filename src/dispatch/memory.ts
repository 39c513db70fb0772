import { Unreachable } from '../core/errors.ts';
import type { Offers } from './complete.ts';

const FRESH_MS = 2000;
const REMEMBERED = 500;

type Offer = Awaited<ReturnType<Offers>>;

interface Kept {
  offer: Offer;
  at: number;
  asking: boolean;
}

/**
 * The same choices from memory: a key press does not wait for the registry, and is at most a moment behind. If
 * the registry is unreachable, the last known choices are offered, or none.
 */
export function remembered(
  offers: Offers,
  modelIn: (words: readonly string[]) => string,
  now: () => number = () => performance.now(),
): Offers {
  const kept = new Map<string, Kept>();

  async function ask(key: string, make: () => Promise<Offer>): Promise<Offer> {
    const offer = await make();
    kept.delete(key); // otherwise the most requested entry would be forgotten first
    kept.set(key, { offer, at: now(), asking: false });
    const oldest = kept.size > REMEMBERED ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return offer;
  }

  return async (kind, soFar) => {
    const key = `${kind} ${modelIn(soFar.words)}`;
    const known = kept.get(key);
    const make = () => offers(kind, soFar);
    if (!known)
      return ask(key, make).catch((error: unknown) => {
        if (error instanceof Unreachable) return [];
        throw error;
      });
    if (!known.asking && now() - known.at > FRESH_MS) {
      known.asking = true;
      ask(key, make).catch(() => {
        known.asking = false;
      });
    }
    return known.offer;
  };
}
