import { randomInt } from 'node:crypto';
import type { Column } from './feeds.ts';

/** The rows of one answered request. */
interface Answered {
  /** One per row, or the prefix of the rows' IDs: `base#0`, `base#1` … */
  ids: readonly string[] | string;
  columns: readonly Column[];
  rows: number;
}

/** The IDs that this process answered recently, and with which inputs. */
export interface RecentIds {
  /** Remembers the rows. @returns the IDs that were answered before with other inputs */
  remember(endpoint: string, answered: Answered): string[];
  knows(endpoint: string, id: string): boolean;
}

/** A row is two hashes of its ID and one of its inputs. */
const WIDTH = 3;

/**
 * Remembers at least the last `most` IDs, up to twice as many, outside the heap: as a map of strings they would
 * be the most expensive part of a request. Two IDs are confused in 1 of 2^64 cases.
 */
export function createRecentIds(most = 250_000): RecentIds {
  const slots = 2 ** Math.ceil(Math.log2(2 * most));
  // Random, so that nobody outside can construct colliding IDs.
  const seeds: [number, number] = [randomInt(2 ** 31), randomInt(2 ** 31)];
  let young = new Uint32Array(slots * WIDTH);
  let old = new Uint32Array(slots * WIDTH);
  let used = 0;
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);

  const place = (table: Uint32Array, a: number, b: number): number => {
    for (let slot = a & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const at = slot * WIDTH;
      if ((table[at] === a && table[at + 1] === b) || (table[at] === 0 && table[at + 1] === 0))
        return at;
    }
  };
  /** 0 if the ID is not there. */
  const digestIn = (table: Uint32Array, a: number, b: number) => table[place(table, a, b) + 2] ?? 0;

  function digestOf(columns: readonly Column[], row: number): number {
    let digest = seeds[0];
    for (const column of columns) {
      const value = column[row] ?? null;
      if (typeof value === 'string') digest = hash(value, digest);
      else {
        bits[0] = value ?? Number.NaN;
        digest = mix(mix(digest, words[0] ?? 0), words[1] ?? 0);
      }
    }
    return digest >>> 0 || 1;
  }

  // Of the endpoint that was asked last: mostly there is one, or its requests arrive together.
  let lastEndpoint = '';
  let lastSeeds = seeds;
  function seedsOf(endpoint: string): [number, number] {
    if (endpoint === lastEndpoint) return lastSeeds;
    lastSeeds = [hash(endpoint, seeds[0]), hash(endpoint, seeds[1])];
    lastEndpoint = endpoint;
    return lastSeeds;
  }

  return {
    remember(endpoint, { ids, columns, rows }) {
      const other: string[] = [];
      const [first, second] = seedsOf(endpoint);
      for (let row = 0; row < rows; row += 1) {
        const id = typeof ids === 'string' ? `${ids}#${row}` : (ids[row] ?? '');
        const a = hash(id, first) >>> 0 || 1;
        const b = hash(id, second) >>> 0;
        const digest = digestOf(columns, row);
        const at = place(young, a, b);
        const known = young[at + 2] ?? 0;
        const before = known || digestIn(old, a, b);
        if (before !== 0 && before !== digest) other.push(id);
        young[at] = a;
        young[at + 1] = b;
        young[at + 2] = digest;
        if (known === 0) used += 1;
        if (used < most) continue;
        [young, old] = [old.fill(0), young];
        used = 0;
      }
      return other;
    },
    knows(endpoint, id) {
      const [first, second] = seedsOf(endpoint);
      const a = hash(id, first) >>> 0 || 1;
      const b = hash(id, second) >>> 0;
      return digestIn(young, a, b) !== 0 || digestIn(old, a, b) !== 0;
    },
  };
}

/** The step of MurmurHash3. */
function mix(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = state ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function hash(text: string, seed: number): number {
  let state = seed ^ text.length;
  for (let at = 0; at < text.length; at += 1) state = mix(state, text.charCodeAt(at));
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  return state ^ (state >>> 13);
}
