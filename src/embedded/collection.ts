import { BTree } from './btree.ts';
import { StoreError } from './errors.ts';
import { compare } from './order.ts';
import { race, type Sort, walksFor } from './plan.ts';
import { type Projection, project } from './projection.ts';
import { compile } from './query.ts';
import { type IndexSpec, itemsOf, SortedIndex, type Stored } from './sorted-index.ts';
import { type Doc, valuesAt } from './values.ts';

export interface Page {
  sort?: Sort | undefined;
  skip?: number | undefined;
  /** 0 for no limit. */
  limit?: number | undefined;
  projection?: Projection | undefined;
  /** When to give up, by the process's monotonic clock in milliseconds. */
  until?: number | undefined;
}

const BY_ID: IndexSpec = { key: { _id: 1 }, name: '_id_', unique: true };

/** Documents in the order of their insertion, and by their indexes. */
export class Collection {
  readonly #stored = new BTree<number, Stored>();
  readonly #byId = new SortedIndex(BY_ID);
  readonly #indexes = new Map([[BY_ID.name, this.#byId]]);
  #lastSeq = 0;

  get size(): number {
    return this.#stored.size;
  }

  /** By name, as `createIndexes` took them; that of `_id` goes without saying that it is unique. */
  get specs(): Map<string, IndexSpec> {
    const all = Array.from(this.#indexes.values(), ({ spec }) =>
      spec === BY_ID ? { key: spec.key, name: spec.name } : spec,
    );
    return new Map(all.map((spec) => [spec.name, spec]));
  }

  /** @throws StoreError 115 for a filter that this store does not know, 50 when it takes too long */
  find(filter: Doc, page: Page = {}): Doc[] {
    const { sort = {}, skip = 0, limit = 0, projection, until = Number.POSITIVE_INFINITY } = page;
    const matches = compile(filter);
    const walks = walksFor(filter, sort, this.#indexes.values());
    const isSorted = Object.keys(sort).length > 0;
    const all = { stored: this.#stored.values(), inOrder: !isSorted };
    const enough = limit === 0 ? Number.POSITIVE_INFINITY : skip + limit;
    const { found, inOrder } = race(walks.length > 0 ? walks : [all], matches, enough, until);
    const wanted = (inOrder ? found : sortedBy(found, sort)).slice(skip, enough);
    return projection ? wanted.map((doc) => project(doc, projection)) : wanted;
  }

  /** @throws as `find` */
  count(filter: Doc, page: Page): number {
    if (Object.keys(filter).length > 0) return this.find(filter, page).length;
    const left = Math.max(this.size - (page.skip ?? 0), 0);
    return page.limit ? Math.min(left, page.limit) : left;
  }

  /** @throws StoreError 11000 where another document has what is to be unique of `doc` */
  assertUnique(doc: Doc, indexes: Iterable<SortedIndex> = this.#indexes.values()): void {
    for (const index of indexes) {
      // That of `_id` finds the document itself, which a write replaces.
      const twin = index === this.#byId ? undefined : index.twinOf(doc);
      if (twin) throw duplicate(index.spec, twin);
    }
  }

  /** @throws StoreError 11000 where documents that are there differ in too little for the index */
  assertIndexable(spec: IndexSpec): void {
    const index = new SortedIndex(spec);
    for (const stored of this.#stored.values()) {
      this.assertUnique(stored.doc, [index]);
      index.add(stored);
    }
  }

  get(id: unknown): Stored | undefined {
    const values = [id ?? null];
    const [found] = this.#byId.walk({ values, after: false }, { values, after: true });
    return found;
  }

  /** @returns what stood there before */
  put(doc: Doc): Stored | undefined {
    const before = this.remove(doc['_id']);
    this.restore({ seq: before?.seq ?? ++this.#lastSeq, doc });
    return before;
  }

  /** Puts a document back where it was. */
  restore(stored: Stored): void {
    this.#stored.set(stored.seq, stored);
    for (const index of this.#indexes.values()) index.add(stored);
  }

  remove(id: unknown): Stored | undefined {
    const found = this.get(id);
    if (!found) return undefined;
    this.#stored.delete(found.seq);
    for (const index of this.#indexes.values()) index.remove(found);
    return found;
  }

  addIndex(spec: IndexSpec): void {
    // Logs of earlier versions have that of `_id` too.
    if (spec.name === BY_ID.name) return;
    const index = new SortedIndex(spec);
    for (const stored of this.#stored.values()) index.add(stored);
    this.#indexes.set(spec.name, index);
  }

  dropIndex(name: string): IndexSpec | undefined {
    const spec = this.#indexes.get(name)?.spec;
    this.#indexes.delete(name);
    return spec;
  }
}

/** By the smallest item of an array when rising, by the largest when falling. */
function sortedBy(docs: readonly Doc[], sort: Sort): Doc[] {
  const fields = Object.entries(sort).map(([path, direction]) => ({
    path: path.split('.'),
    direction,
  }));
  const keyed = docs.map((doc) => {
    const keys = fields.map(({ path, direction }) => {
      const items = valuesAt(doc, path).flatMap(itemsOf);
      return items.reduce(
        (best, item) => (compare(item, best) * direction < 0 ? item : best),
        items[0] ?? null,
      );
    });
    return { doc, keys };
  });
  keyed.sort((a, b) => {
    for (const [i, { direction }] of fields.entries()) {
      const order = compare(a.keys[i], b.keys[i]) * direction;
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ doc }) => doc);
}

export function duplicate({ name, key }: Pick<IndexSpec, 'name' | 'key'>, value: Doc): StoreError {
  const message = `E11000 duplicate key error index: ${name} dup key: ${JSON.stringify(value)}`;
  return new StoreError(11000, message, { keyPattern: key, keyValue: value });
}
