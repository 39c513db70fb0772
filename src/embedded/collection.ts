import { z } from 'zod';
import { StoreError, unsupported } from './errors.ts';
import { compile, pins } from './query.ts';
import { type Doc, isDoc, keyOf, valuesAt } from './values.ts';

export const doc = z.custom<Doc>(isDoc, 'expected a document');
export const directions = z.record(z.string(), z.literal([1, -1]));

/** An index as `createIndexes` describes it and `listIndexes` gives it back. */
export const indexSpec = z.strictObject({
  key: directions,
  name: z.string(),
  unique: z.boolean().optional(),
  partialFilterExpression: doc.optional(),
});
type IndexSpec = z.infer<typeof indexSpec>;

type Page = { sort?: z.infer<typeof directions>; limit?: number; projection?: Record<string, 1> };

/** Documents by the key of their `_id`, in the order of their insertion. */
export class Collection {
  readonly specs = new Map<string, IndexSpec>([['_id_', { key: { _id: 1 }, name: '_id_' }]]);
  readonly #docs = new Map<string, Doc>();
  /** The fields of all indexes, each hashed by itself: a query starts from its rarest value. */
  readonly #paths = new Set(['_id']);
  readonly #holders = new Map<string, Set<Doc>>();

  find(filter: Doc, { sort = {}, limit = 0, projection = {} }: Page = {}): Doc[] {
    const found = compile(filter).find<Doc>(this.#candidates(filter), projection);
    if (Object.keys(sort).length > 0) found.sort(sort);
    if (limit > 0) found.limit(limit);
    return found.all();
  }

  #candidates(filter: Doc): Iterable<Doc> {
    const ways = pins(filter)
      .filter(([path, values]) => this.#paths.has(path) && !values.some(isVague))
      .map(([path, values]) => values.flatMap((v) => this.#holders.get(entry(path, v)) ?? []));
    const size = (way: Set<Doc>[]) => way.reduce((sum, group) => sum + group.size, 0);
    const [best] = ways.sort((a, b) => size(a) - size(b));
    return best ? new Set(best.flatMap((group) => [...group])) : this.#docs.values();
  }

  /** @throws StoreError 11000 where another document has what is to be unique of `doc` */
  assertUnique(doc: Doc, specs: Iterable<IndexSpec> = this.specs.values()): void {
    for (const { unique, key, name, partialFilterExpression: partial = {} } of specs) {
      if (!unique || !compile(partial).test(doc)) continue;
      const values = Object.keys(key).map((path) => [path, valuesAt(doc, path)[0] ?? null]);
      const keyValue: Doc = Object.fromEntries(values);
      if (Object.values(keyValue).some(Array.isArray)) throw unsupported('unique array');
      const others = this.find({ ...partial, ...keyValue }, { limit: 2 });
      if (others.some(({ _id }) => keyOf(_id) !== keyOf(doc['_id'])))
        throw duplicate(name, key, keyValue);
    }
  }

  put(doc: Doc): void {
    const id = keyOf(doc['_id']);
    this.#forget(this.#docs.get(id));
    this.#docs.set(id, doc);
    for (const key of this.#entries(doc))
      this.#holders.set(key, (this.#holders.get(key) ?? new Set()).add(doc));
  }

  remove(id: unknown): void {
    this.#forget(this.#docs.get(keyOf(id)));
    this.#docs.delete(keyOf(id));
  }

  addIndex(spec: IndexSpec): void {
    this.specs.set(spec.name, spec);
    const paths = Object.keys({ ...spec.partialFilterExpression, ...spec.key });
    for (const path of paths) this.#paths.add(path);
    for (const doc of this.#docs.values()) this.put(doc);
  }

  #forget(doc: Doc = {}): void {
    for (const key of this.#entries(doc)) {
      const group = this.#holders.get(key);
      if (group?.delete(doc) && group.size === 0) this.#holders.delete(key);
    }
  }

  #entries(doc: Doc): string[] {
    return [...this.#paths].flatMap((path) => valuesAt(doc, path).map((v) => entry(path, v)));
  }
}

const entry = (path: string, value: unknown) => `${path}=${keyOf(value)}`;

/** Fields of objects come in any order, and a pattern stands for many values. */
const isVague = (value: unknown) => value instanceof RegExp || Array.isArray(value) || isDoc(value);

export function duplicate(index: string, keyPattern: Doc, keyValue: Doc): StoreError {
  const message = `E11000 duplicate key error index: ${index} dup key: ${JSON.stringify(keyValue)}`;
  return new StoreError(11000, message, { keyPattern, keyValue });
}
