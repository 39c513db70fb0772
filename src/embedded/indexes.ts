import { StoreError, unsupported } from './errors.ts';
import { compileFilter } from './query.ts';
import { type Doc, isDoc, valueKey, valuesAt } from './values.ts';

/** An index as `createIndexes` describes it and `listIndexes` gives it back. */
export type IndexSpec = Doc & { key: Doc; name: string };

/** `_id` needs no index of its own: the collection is keyed by it. */
export const ID_INDEX: IndexSpec = { v: 2, key: { _id: 1 }, name: '_id_' };

const OPTIONS = ['v', 'key', 'name', 'unique', 'sparse', 'partialFilterExpression'];

/** @throws StoreError for kinds of index that would promise more than a hash can keep */
export function parseIndex({ background, ns, ...spec }: Doc): IndexSpec {
  const { key, name } = spec;
  if (!isDoc(key) || typeof name !== 'string' || Object.keys(key).length === 0) {
    throw new StoreError('CannotCreateIndex', 'an index needs a key and a name');
  }
  const odd = Object.keys(spec).find((option) => !OPTIONS.includes(option));
  if (odd !== undefined) throw unsupported(`the index option ${odd}`);
  const kind = Object.values(key).find((direction) => direction !== 1 && direction !== -1);
  if (kind !== undefined) throw unsupported(`an index of kind ${String(kind)}`);
  return { v: 2, ...spec, key, name };
}

export function duplicateKey(ns: string, index: IndexSpec, doc: Doc): StoreError {
  const keyValue = Object.fromEntries(
    Object.keys(index.key).map((path) => [path, valuesAt(doc, path)[0] ?? null]),
  );
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${show(value)}`);
  return new StoreError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${ns} index: ${index.name} dup key: { ${shown.join(', ')} }`,
    { keyPattern: index.key, keyValue },
  );
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** Hashes of a compound key and of its prefixes, each to the `_id` keys of the documents there. */
export class Index {
  readonly spec: IndexSpec;
  readonly #paths: readonly string[];
  readonly #covers: (doc: Doc) => boolean;
  /** `#levels[n]` hashes the first n+1 fields. */
  readonly #levels: Map<string, Set<string>>[];

  constructor(spec: IndexSpec) {
    this.spec = spec;
    this.#paths = Object.keys(spec.key);
    this.#levels = this.#paths.map(() => new Map());
    const partial = spec['partialFilterExpression'];
    const matches = isDoc(partial) ? compileFilter(partial) : () => true;
    this.#covers = (doc) =>
      matches(doc) && !(spec['sparse'] && this.#paths.every((path) => isMissing(doc, path)));
  }

  /** @returns the `_id` key of another document that holds one of the document's unique keys */
  conflict(doc: Doc, id: string): string | undefined {
    if (!this.spec['unique'] || !this.#covers(doc)) return undefined;
    const whole = this.#levels.at(-1);
    for (const key of this.#keys(doc, this.#paths.length)) {
      for (const holder of whole?.get(key) ?? []) if (holder !== id) return holder;
    }
    return undefined;
  }

  add(doc: Doc, id: string): void {
    if (!this.#covers(doc)) return;
    for (const [n, level] of this.#levels.entries()) {
      for (const key of this.#keys(doc, n + 1)) {
        const holders = level.get(key);
        if (holders) holders.add(id);
        else level.set(key, new Set([id]));
      }
    }
  }

  remove(doc: Doc, id: string): void {
    for (const [n, level] of this.#levels.entries()) {
      for (const key of this.#keys(doc, n + 1)) {
        const holders = level.get(key);
        if (holders?.delete(id) && holders.size === 0) level.delete(key);
      }
    }
  }

  /**
   * @param pins the values a query pins fields to
   * @returns `_id` keys among which every match is, or undefined when this index cannot tell
   */
  lookup(pins: ReadonlyMap<string, readonly unknown[]>): Set<string> | undefined {
    if (this.spec['partialFilterExpression']) return undefined;
    let keys = [''];
    let depth = 0;
    for (const path of this.#paths) {
      const values = pins.get(path);
      if (!values?.every(isHashable) || keys.length * values.length > 10_000) break;
      keys = values.flatMap((value) => keys.map((key) => `${key}${valueKey(value)},`));
      depth += 1;
    }
    if (depth === 0) return undefined;
    const level = this.#levels[depth - 1];
    return new Set(keys.flatMap((key) => [...(level?.get(key) ?? [])]));
  }

  /** One key per combination of array elements, as MongoDB's multikey indexes have it. */
  #keys(doc: Doc, fields: number): string[] {
    let keys = [''];
    for (const path of this.#paths.slice(0, fields)) {
      const values = valuesAt(doc, path);
      const parts = new Set(
        (values.length ? values : [null]).map((value) => `${valueKey(value)},`),
      );
      keys = keys.flatMap((key) => [...parts].map((part) => key + part));
    }
    return keys;
  }
}

/** Null also matches what is missing and so perhaps not indexed; patterns match many values. */
function isHashable(value: unknown): boolean {
  return value !== null && value !== undefined && !(value instanceof RegExp);
}

function isMissing(doc: Doc, path: string): boolean {
  return valuesAt(doc, path).every((value) => value === undefined);
}
