import type { FileHandle } from 'node:fs/promises';
import { Collection, type Undo } from './collection.ts';
import { StoreError } from './errors.ts';
import { type IndexSpec, parseIndex } from './indexes.ts';
import { Log } from './log.ts';
import { type Doc, isDoc } from './values.ts';

type StoreOptions = {
  dir: string;
  compactAfter?: number | undefined;
  sync?: ((file: FileHandle) => Promise<void>) | undefined;
};

/** A change of one document, collection or index: what the log records and replays. */
export type Change =
  | { op: 'put'; ns: string; doc: Doc }
  | { op: 'remove'; ns: string; id: unknown }
  | { op: 'create'; ns: string }
  | { op: 'drop'; ns: string }
  | { op: 'addIndex'; ns: string; spec: IndexSpec }
  | { op: 'dropIndex'; ns: string; name: string };

/** All collections in memory, by `database.collection`, kept by the log. */
export class Store {
  readonly #collections = new Map<string, Collection>();
  #log: Log | undefined;

  static async open(options: StoreOptions): Promise<Store> {
    const store = new Store();
    store.#log = await Log.open({
      ...options,
      replay: (entry) => store.#apply(parseChange(entry)),
      snapshot: () => store.#snapshot(),
    });
    return store;
  }

  get(ns: string): Collection | undefined {
    return this.#collections.get(ns);
  }

  /** Names of the collections of a database, or of all with their database. */
  names(db?: string): string[] {
    const all = [...this.#collections.keys()];
    const prefix = `${db}.`;
    if (db === undefined) return all;
    return all.filter((ns) => ns.startsWith(prefix)).map((ns) => ns.slice(prefix.length));
  }

  /** Changes memory at once; a client may hear of it when `settled()` has resolved. */
  write(change: Change): void {
    this.#log?.assertWritable();
    const undo = this.#apply(change);
    this.#log?.append(change, undo);
  }

  async settled(): Promise<void> {
    await this.#log?.settled();
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  #apply(change: Change): Undo {
    const { ns } = change;
    const existing = this.#collections.get(ns);
    if (change.op === 'drop') {
      this.#collections.delete(ns);
      return () => existing && this.#collections.set(ns, existing);
    }
    const collection = existing ?? new Collection(ns);
    const undo = applyTo(collection, change);
    if (existing) return undo;
    this.#collections.set(ns, collection);
    return () => this.#collections.delete(ns);
  }

  *#snapshot(): Iterable<Change> {
    for (const [ns, collection] of this.#collections) {
      yield { op: 'create', ns };
      for (const spec of collection.specs().slice(1)) yield { op: 'addIndex', ns, spec };
      for (const doc of collection.all()) yield { op: 'put', ns, doc };
    }
  }
}

function applyTo(collection: Collection, change: Exclude<Change, { op: 'drop' }>): Undo {
  switch (change.op) {
    case 'put':
      return collection.put(change.doc);
    case 'remove':
      return collection.remove(change.id);
    case 'addIndex':
      return collection.addIndex(change.spec);
    case 'dropIndex':
      return collection.dropIndex(change.name);
    case 'create':
      return () => {};
  }
}

function parseChange({ op, ns, doc, id, spec, name }: Doc): Change {
  if (typeof ns === 'string') {
    if (op === 'put' && isDoc(doc)) return { op, ns, doc };
    if (op === 'remove') return { op, ns, id };
    if (op === 'create') return { op, ns };
    if (op === 'drop') return { op, ns };
    if (op === 'addIndex' && isDoc(spec)) return { op, ns, spec: parseIndex(spec) };
    if (op === 'dropIndex' && typeof name === 'string') return { op, ns, name };
  }
  throw new StoreError('FailedToParse', `the log holds '${String(op)}', from a newer version?`);
}
