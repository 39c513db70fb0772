import { calculateObjectSize } from 'bson';
import { StoreError } from './errors.ts';
import { duplicateKey, ID_INDEX, Index, type IndexSpec } from './indexes.ts';
import { compileFilter, pinned } from './query.ts';
import { type Doc, valueKey } from './values.ts';

export const MAX_DOC_BYTES = 16 * 1024 * 1024;

/** Takes one change back. Changes are undone newest first. */
export type Undo = () => void;

/** Documents by `_id` in the order of their insertion, and the indexes over them. */
export class Collection {
  readonly ns: string;
  readonly #docs = new Map<string, Doc>();
  readonly #indexes = new Map<string, Index>();

  constructor(ns: string) {
    this.ns = ns;
  }

  get size(): number {
    return this.#docs.size;
  }

  all(): Doc[] {
    return [...this.#docs.values()];
  }

  specs(): IndexSpec[] {
    return [ID_INDEX, ...[...this.#indexes.values()].map(({ spec }) => spec)];
  }

  has(id: unknown): boolean {
    return this.#docs.has(valueKey(id));
  }

  find(filter: Doc): Doc[] {
    const matches = compileFilter(filter);
    return this.#candidates(filter).filter(matches);
  }

  #candidates(filter: Doc): Doc[] {
    const pins = pinned(filter);
    const ids = pins.get('_id');
    const keys = ids?.every((id) => !(id instanceof RegExp))
      ? new Set(ids.map(valueKey))
      : this.#narrowest(pins);
    if (!keys) return this.all();
    return [...keys].map((key) => this.#docs.get(key)).filter((doc) => doc !== undefined);
  }

  #narrowest(pins: ReturnType<typeof pinned>): Set<string> | undefined {
    let best: Set<string> | undefined;
    for (const index of pins.size === 0 ? [] : this.#indexes.values()) {
      const found = index.lookup(pins);
      if (found && (!best || found.size < best.size)) best = found;
    }
    return best;
  }

  /** @throws StoreError 11000 or 10334, before anything has changed */
  put(doc: Doc): Undo {
    const id = valueKey(doc['_id']);
    if (calculateObjectSize(doc) > MAX_DOC_BYTES) {
      throw new StoreError('BSONObjectTooLarge', `a document may take ${MAX_DOC_BYTES} bytes`);
    }
    for (const index of this.#indexes.values()) {
      if (index.conflict(doc, id) !== undefined) throw duplicateKey(this.ns, index.spec, doc);
    }
    const before = this.#docs.get(id);
    for (const index of this.#indexes.values()) {
      if (before) index.remove(before, id);
      index.add(doc, id);
    }
    this.#docs.set(id, doc);
    return () => (before ? this.put(before) : this.remove(doc['_id']));
  }

  remove(id: unknown): Undo {
    const key = valueKey(id);
    const before = this.#docs.get(key);
    if (!before) return () => {};
    for (const index of this.#indexes.values()) index.remove(before, key);
    this.#docs.delete(key);
    return () => this.put(before);
  }

  /** @throws StoreError 11000 when the documents are not as unique as the index demands */
  addIndex(spec: IndexSpec): Undo {
    const index = new Index(spec);
    for (const [id, doc] of this.#docs) {
      if (index.conflict(doc, id) !== undefined) throw duplicateKey(this.ns, spec, doc);
      index.add(doc, id);
    }
    this.#indexes.set(spec.name, index);
    return () => this.#indexes.delete(spec.name);
  }

  dropIndex(name: string): Undo {
    const index = this.#indexes.get(name);
    this.#indexes.delete(name);
    return () => index && this.#indexes.set(name, index);
  }
}
