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
 * The same offers from memory: who presses a key does not wait for the registry, but is at most a
 * moment behind it. Where it does not answer, what was known stays on offer, or nothing is.
 */
export function remembered(
  offers: Offers,
  modelIn: (words: readonly string[]) => string,
  now: () => number = () => performance.now(),
): Offers {
  const kept = new Map<string, Kept>();

  async function ask(key: string, make: () => Promise<Offer>): Promise<Offer> {
    const offer = await make();
    kept.delete(key); // or what is asked for most would be forgotten first
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
