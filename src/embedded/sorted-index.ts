import { z } from 'zod';
import { BTree } from './btree.ts';
import { unsupported } from './errors.ts';
import { compare, EMPTY, isSame } from './order.ts';
import { compile } from './query.ts';
import { type Doc, isDoc, valuesAt } from './values.ts';

export const doc = z.custom<Doc>(isDoc, 'expected a document');
export const directions = z.record(z.string(), z.literal([1, -1]));

/** An index as `createIndexes` describes it and `listIndexes` gives it back. */
export const indexSpec = z.strictObject({
  key: directions,
  name: z.string(),
  unique: z.boolean().optional(),
  partialFilterExpression: doc.optional(),
});
export type IndexSpec = z.infer<typeof indexSpec>;

/** A document and its place in the order of insertion. */
export interface Stored {
  readonly seq: number;
  readonly doc: Doc;
}

/** Where a walk begins or ends: the values of the first fields, before or after all that have them. */
export interface Bound {
  values: readonly unknown[];
  after: boolean;
}

interface Key {
  values: readonly unknown[];
  seq: number;
}

/** Documents in the order of some of their fields. */
export class SortedIndex {
  readonly spec: IndexSpec;
  readonly fields: readonly { path: string; direction: 1 | -1 }[];
  readonly #paths: readonly string[][];
  readonly #holds: (doc: Doc) => boolean;
  readonly #tree: InstanceType<typeof BTree<Key, Stored>>;
  #hasLists = false;

  constructor(spec: IndexSpec) {
    this.spec = spec;
    this.fields = Object.entries(spec.key).map(([path, direction]) => ({ path, direction }));
    this.#paths = this.fields.map(({ path }) => path.split('.'));
    this.#holds = compile(spec.partialFilterExpression ?? {});
    this.#tree = new BTree<Key, Stored>(undefined, (a, b) => this.#compare(a, b));
  }

  /** Whether some document stands here more than once, under each item of an array. */
  get hasLists(): boolean {
    return this.#hasLists;
  }

  add(stored: Stored): void {
    for (const values of this.#valuesOf(stored.doc))
      this.#tree.set({ values, seq: stored.seq }, stored);
  }

  remove({ seq, doc }: Stored): void {
    for (const values of this.#valuesOf(doc)) this.#tree.delete({ values, seq });
  }

  /**
   * @returns what a unique index forbids `doc` to share with another document, if one has it
   * @throws StoreError 115 where an array stands in a unique index
   */
  twinOf(doc: Doc): Doc | undefined {
    if (!this.spec.unique || !this.#holds(doc)) return undefined;
    const found = this.#paths.map((path) => valuesAt(doc, path));
    if (found.some((values) => values.length !== 1 || Array.isArray(values[0])))
      throw unsupported('unique array');
    const values = found.map(([value]) => value ?? null);
    for (const { doc: other } of this.walk({ values, after: false }, { values, after: true }))
      if (!isSame(other['_id'], doc['_id']))
        return Object.fromEntries(this.fields.map(({ path }, i) => [path, values[i]]));
    return undefined;
  }

  /** Documents between two bounds, in the order of the index or against it. */
  *walk(from: Bound, to: Bound, backwards = false): Iterable<Stored> {
    const [first, last] = [keyAt(from), keyAt(to)];
    const entries = backwards ? this.#tree.entriesReversed(last) : this.#tree.entries(first);
    for (const [key, stored] of entries) {
      if (backwards ? this.#compare(key, first) < 0 : this.#compare(key, last) > 0) return;
      yield stored;
    }
  }

  /** One list of values for each place of a document: of an array each item has one. */
  #valuesOf(doc: Doc): unknown[][] {
    if (!this.#holds(doc)) return [];
    let places: unknown[][] = [[]];
    for (const path of this.#paths) {
      const found = valuesAt(doc, path).flatMap(itemsOf);
      if (found.length !== 1 || Array.isArray(valuesAt(doc, path)[0])) this.#hasLists = true;
      const values = found.length === 0 ? [null] : found;
      places = places.flatMap((place) => values.map((value) => [...place, value]));
    }
    return places;
  }

  #compare(a: Key, b: Key): number {
    const shared = Math.min(a.values.length, b.values.length);
    for (let i = 0; i < shared; i++) {
      const order = compare(a.values[i], b.values[i]) * (this.fields[i]?.direction ?? 1);
      if (order !== 0) return order;
    }
    return a.seq === b.seq ? 0 : a.seq - b.seq;
  }
}

function keyAt({ values, after }: Bound): Key {
  return { values, seq: after ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY };
}

/** What of a value is indexed and sorted by. */
export function itemsOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value ?? null];
  return value.length === 0 ? [EMPTY] : value.map((item: unknown) => item ?? null);
}
