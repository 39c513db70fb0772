import { isMissing, toNumber } from './numbers.ts';
import type { BinSpec } from './spec.ts';

/** Up to this many distinct numbers, each has its own bin: counts and codes are not continuous. */
const MAX_DISTINCT = 20;
const MAX_CATEGORIES = 50;
/**
 * Rare categories that are stored by name, to distinguish rare from unseen; more would make every profile
 * larger.
 */
const MAX_OTHERS = 500;

/**
 * The bins of a column from its reference values: numbers and booleans make numeric bins, a single string makes
 * categories, unless `kind` says otherwise (codes that happen to be numbers). Missing, NaN and infinite values
 * do not affect bins.
 */
export function buildSpec(
  values: Iterable<unknown>,
  { kind }: { kind?: 'numeric' | 'categorical' | undefined } = {},
): BinSpec {
  const present = Array.from(values).filter((value) => !isMissing(value));
  const categorical =
    kind === undefined
      ? present.some((value) => typeof value === 'string')
      : kind === 'categorical';
  return categorical ? categories(present) : numeric(present);
}

/**
 * The nine interior deciles, without duplicates: type-7 quantiles (Hyndman & Fan 1996) of the given number of
 * values; `atRank` returns the value of a rank from 0.
 */
export function decileEdges(length: number, atRank: (rank: number) => number): number[] {
  const edges = new Set<number>();
  for (let tenth = 1; tenth <= 9; tenth += 1) {
    const place = ((length - 1) * tenth) / 10;
    const below = atRank(Math.floor(place));
    const above = atRank(Math.ceil(place));
    const share = place - Math.floor(place);
    const step = above - below;
    // The difference between two extreme numbers can overflow.
    const edge = Number.isFinite(step) ? below + step * share : below * (1 - share) + above * share;
    edges.add(edge + 0);
  }
  return [...edges];
}

function numeric(present: readonly unknown[]): BinSpec {
  const sorted = Float64Array.from(present, toNumber)
    .filter((value) => Number.isFinite(value))
    .sort();
  const times = new Map<number, number>();
  for (const value of sorted) {
    times.set(value + 0, (times.get(value + 0) ?? 0) + 1);
    if (times.size > MAX_DISTINCT) {
      const range = [sorted[0] ?? 0, sorted.at(-1) ?? 0] as const;
      const edges = decileEdges(sorted.length, (rank) => sorted[rank] ?? 0);
      return { kind: 'intervals', edges, range };
    }
  }
  return { kind: 'values', values: [...times.keys()], singletons: singletons(times) };
}

function categories(present: readonly unknown[]): BinSpec {
  const times = new Map<string, number>();
  for (const value of present) {
    if (typeof value === 'number' && !Number.isFinite(value)) continue;
    const category = String(value);
    times.set(category, (times.get(category) ?? 0) + 1);
  }
  // Equal frequencies are ordered by name, so that shards of one reference agree on the bins.
  const frequent = [...times]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([category]) => category);
  const rare = frequent.slice(MAX_CATEGORIES);
  return {
    kind: 'categories',
    categories: frequent.slice(0, MAX_CATEGORIES).sort(),
    others: rare.length > MAX_OTHERS ? null : rare.sort(),
    singletons: singletons(times),
  };
}

function singletons(times: ReadonlyMap<unknown, number>): number {
  let once = 0;
  for (const count of times.values()) if (count === 1) once += 1;
  return once;
}
