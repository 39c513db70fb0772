import { setImmediate } from 'node:timers/promises';
import { serialize } from 'bson';
import { z } from 'zod';
import { Collection, doc, indexSpec } from './collection.ts';
import { StoreError } from './errors.ts';
import { Log } from './log.ts';

const ns = z.string();
/** What the log records. */
const change = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), ns, doc }),
  z.object({ op: z.literal('remove'), ns, id: z.unknown() }),
  z.object({ op: z.literal('index'), ns, spec: indexSpec }),
  z.object({ op: z.literal('drop'), ns }),
]);
type Change = z.infer<typeof change>;

/** All collections in memory, by `database.collection`, kept by the log. */
export class Store {
  readonly #collections = new Map<string, Collection>();
  readonly #log: Log;
  #pending: Uint8Array[] = [];
  #flushed: Promise<void> | undefined;
  #failure: StoreError | undefined;

  /** @throws Error that names file and offset when the log in `dir` is damaged */
  constructor(dir: string) {
    this.#log = new Log(dir);
    this.#load();
  }

  #load(): void {
    this.#collections.clear();
    this.#log.load((entry) => this.#apply(change.parse(entry)));
  }

  /** What is not there reads as empty. */
  get(ns: string): Collection {
    return this.#collections.get(ns) ?? new Collection();
  }

  names(db: string): string[] {
    const inside = [...this.#collections.keys()].filter((ns) => ns.startsWith(`${db}.`));
    return inside.map((ns) => ns.slice(db.length + 1));
  }

  /**
   * Changes memory at once; a client may hear of it when `settled()` has resolved.
   * @throws StoreError before anything has changed: for a duplicate, or after a failed write
   */
  write(change: Change): void {
    if (this.#failure) throw this.#failure;
    const entry = serialize(change);
    if (change.op === 'put') this.get(change.ns).assertUnique(change.doc);
    this.#apply(change);
    this.#pending.push(entry);
    // Not at once: requests that arrived along with this one share its fsync.
    this.#flushed ??= setImmediate().then(() => this.#flush());
  }

  /** Waits until all that was written is on the disk; rejects when it was taken back instead. */
  readonly settled = async (): Promise<void> => this.#flushed;

  #apply(change: Change): void {
    const collection = this.get(change.ns);
    this.#collections.set(change.ns, collection);
    if (change.op === 'put') collection.put(change.doc);
    else if (change.op === 'remove') collection.remove(change.id);
    else if (change.op === 'index') collection.addIndex(change.spec);
    else this.#collections.delete(change.ns);
  }

  #flush(): void {
    const entries = this.#pending;
    this.#pending = [];
    try {
      if (!this.#log.compact(() => this.#snapshot())) this.#log.append(entries);
    } catch (cause) {
      const next = 'it was taken back, and the store only reads now: free the disk, then restart';
      this.#failure = new StoreError(8, `${String(cause)}; ${next}`);
      this.#load(); // where not even this succeeds, `#flushed` stays and every answer is its error
    }
    this.#flushed = undefined;
    if (this.#failure) throw this.#failure;
  }

  *#snapshot(): Iterable<Uint8Array> {
    for (const [ns, collection] of this.#collections) {
      for (const spec of collection.specs.values()) yield serialize({ op: 'index', ns, spec });
      for (const doc of collection.find({})) yield serialize({ op: 'put', ns, doc });
    }
  }
}
