import { BSONRegExp } from 'bson';
import { StoreError } from './errors.ts';
import { isSame } from './order.ts';
import { pins, type Range, rangeAt } from './query.ts';
import type { Bound, SortedIndex, Stored } from './sorted-index.ts';
import type { Doc } from './values.ts';

/** A way to all documents that a filter may match, and whether it yields them in the requested order. */
export interface Walk {
  stored: Iterable<Stored>;
  inOrder: boolean;
}

export type Sort = Record<string, 1 | -1>;

/** More lookups than this cost as much as reading everything. */
const MOST_LOOKUPS = 500;
const TURN = 64;

/** The ways that the indexes offer for a query; none if each would read everything, unsorted. */
export function walksFor(filter: Doc, sort: Sort, indexes: Iterable<SortedIndex>): Walk[] {
  const pinned = new Map(pins(filter).filter(([, values]) => !values.some(isVague)));
  return Array.from(indexes)
    .filter(({ spec }) => covers(spec.partialFilterExpression, filter))
    .flatMap((index) => walkOf(index, filter, pinned, sort) ?? []);
}

function walkOf(
  index: SortedIndex,
  filter: Doc,
  pinned: ReadonlyMap<string, unknown[]>,
  sort: Sort,
): Walk | undefined {
  let starts: unknown[][] = [[]];
  let depth = 0;
  for (const { path } of index.fields) {
    const values = pinned.get(path);
    if (!values || starts.length * values.length > MOST_LOOKUPS) break;
    starts = starts.flatMap((start) => values.map((value) => [...start, value]));
    depth += 1;
  }
  const next = index.fields[depth];
  const range = next && rangeAt(filter, next.path);
  const way =
    starts.length === 1 && !index.hasLists ? orderOf(index, depth, pinned, sort) : 'other';
  if (depth === 0 && !range && (way === 'other' || way === 'any')) return undefined;
  const spans = starts.map((start) => spanOf(start, range, next?.direction ?? 1, index.hasLists));
  return {
    stored: allOf(spans.map(([from, to]) => index.walk(from, to, way === 'backwards'))),
    inOrder: way !== 'other' || Object.keys(sort).length === 0,
  };
}

/** How an index is walked for a sort, once its first fields are fixed. */
function orderOf(
  { fields }: SortedIndex,
  depth: number,
  pinned: ReadonlyMap<string, unknown[]>,
  sort: Sort,
): 'any' | 'forwards' | 'backwards' | 'other' {
  const open = Object.entries(sort).filter(([path]) => pinned.get(path)?.length !== 1);
  if (open.length === 0) return 'any';
  const turns = open.map(([path, direction], i) => {
    const field = fields[depth + i];
    return field?.path === path ? field.direction * direction : 0;
  });
  if (turns.every((turn) => turn === 1)) return 'forwards';
  return turns.every((turn) => turn === -1) ? 'backwards' : 'other';
}

function spanOf(
  start: readonly unknown[],
  { lower, upper }: Range = {},
  direction: 1 | -1,
  hasLists: boolean,
): [Bound, Bound] {
  // In an array, one item may be above the lower bound and another below the upper.
  const ends = [lower, hasLists && lower ? undefined : upper];
  const [first, last] = direction === 1 ? ends : ends.reverse();
  return [
    first
      ? { values: [...start, first.value], after: !first.inclusive }
      : { values: start, after: false },
    last
      ? { values: [...start, last.value], after: last.inclusive }
      : { values: start, after: true },
  ];
}

function* allOf(walks: readonly Iterable<Stored>[]): Iterable<Stored> {
  for (const walk of walks) yield* walk;
}

/** Whether everything that the filter matches is in a partial index: it must have the same conditions. */
function covers(partial: Doc = {}, filter: Doc): boolean {
  return Object.entries(partial).every(
    ([path, wanted]) => Object.hasOwn(filter, path) && isSame(filter[path], wanted),
  );
}

/** An array is fixed as a whole while an index holds its items; a pattern matches many values. */
const isVague = (value: unknown) => value instanceof BSONRegExp || Array.isArray(value);

/**
 * Walks all ways in parallel, until the first has what is needed: a poor way then costs no more than the best
 * one, without any statistics.
 * @param enough how many matches are enough, if they come in order
 * @param until when to give up, by the process's monotonic clock in milliseconds
 * @throws StoreError 50
 */
export function race(
  walks: readonly Walk[],
  matches: (doc: Doc) => boolean,
  enough: number,
  until: number,
): { found: Doc[]; inOrder: boolean } {
  const runners = walks.map(({ stored, inOrder }) => ({
    entries: stored[Symbol.iterator](),
    most: inOrder ? enough : Number.POSITIVE_INFINITY,
    found: new Map<number, Doc>(),
    inOrder,
  }));
  for (;;) {
    for (const { entries, most, found, inOrder } of runners)
      for (let step = 0; step < TURN; step++) {
        const { value, done } = entries.next();
        if (!done && matches(value.doc)) found.set(value.seq, value.doc);
        if (done || found.size >= most) return { found: [...found.values()], inOrder };
      }
    if (performance.now() > until)
      throw new StoreError(50, 'operation exceeded time limit: it took longer than its maxTimeMS');
  }
}
