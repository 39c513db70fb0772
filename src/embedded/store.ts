import { setImmediate } from 'node:timers/promises';
import { calculateObjectSize, serialize } from 'bson';
import { z } from 'zod';
import { Collection } from './collection.ts';
import { StoreError } from './errors.ts';
import { DiskFull, Log } from './log.ts';
import { doc, indexSpec } from './sorted-index.ts';

/** MongoDB's limit. Also what makes a change fit into the 17 MiB that `serialize` can write. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

const ns = z.string();
/** What the log records. */
const change = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), ns, doc }),
  z.object({ op: z.literal('remove'), ns, id: z.unknown() }),
  z.object({ op: z.literal('index'), ns, spec: indexSpec }),
  z.object({ op: z.literal('unindex'), ns, name: z.string() }),
  z.object({ op: z.literal('drop'), ns }),
]);
type Change = z.infer<typeof change>;
type Undo = () => void;

/** All collections in memory, by `database.collection`, kept by the log. */
export class Store {
  readonly #collections = new Map<string, Collection>();
  readonly #log: Log;
  #pending: { entry: Uint8Array; undo: Undo }[] = [];
  #flushed: Promise<void> | undefined;
  #failure: StoreError | undefined;

  /** @throws Error that names file and offset if the log in `dir` is damaged, or is not one of ours */
  constructor(dir: string) {
    this.#log = new Log(dir);
    this.#log.load((entry) => this.#apply(change.parse(entry)));
  }

  /** A missing collection reads as empty. */
  get(ns: string): Collection {
    return this.#collections.get(ns) ?? new Collection();
  }

  has(ns: string): boolean {
    return this.#collections.has(ns);
  }

  names(db: string): string[] {
    const inside = [...this.#collections.keys()].filter((ns) => ns.startsWith(`${db}.`));
    return inside.map((ns) => ns.slice(db.length + 1));
  }

  /**
   * Changes memory at once; a client may be answered when `settled()` has resolved.
   * @throws StoreError before anything has changed: for a document that is too large, for a duplicate, or after
   * a failed write
   */
  write(change: Change): void {
    if (this.#failure) throw this.#failure;
    if (change.op === 'put') {
      demandSize(change.doc);
      this.get(change.ns).assertUnique(change.doc);
    }
    const entry = serialize(change);
    this.#pending.push({ entry, undo: this.#apply(change) });
    // Not at once: requests that arrived together share one fsync.
    this.#flushed ??= setImmediate().then(() => this.#flush());
  }

  /** Waits until everything written is on disk; rejects if it was rolled back. */
  readonly settled = async (): Promise<void> => this.#flushed;

  #apply(change: Change): Undo {
    const { ns } = change;
    const known = this.#collections.get(ns);
    if (change.op === 'drop') {
      this.#collections.delete(ns);
      return () => {
        if (known) this.#collections.set(ns, known);
      };
    }
    const collection = known ?? new Collection();
    this.#collections.set(ns, collection);
    const undo = applyTo(collection, change);
    return () => {
      undo();
      if (!known) this.#collections.delete(ns);
    };
  }

  #flush(): void {
    const written = this.#pending;
    this.#pending = [];
    this.#flushed = undefined;
    try {
      this.#log.append(written.map(({ entry }) => entry));
    } catch (cause) {
      // Memory matches the disk, also for readers.
      for (const { undo } of written.toReversed()) undo();
      throw this.#refusal(cause);
    }
    try {
      this.#log.compact(() => this.#snapshot());
    } catch (cause) {
      this.#refusal(cause); // What was written before is durable; later writes might not be.
    }
  }

  #refusal(cause: unknown): StoreError {
    if (cause instanceof DiskFull)
      return new StoreError(14031, `${cause.message}; it was taken back, so nothing was stored`);
    const next = 'it was taken back, and the store only reads now: mend the disk, then restart';
    this.#failure = new StoreError(8, `${String(cause)}; ${next}`);
    return this.#failure;
  }

  *#snapshot(): Iterable<Uint8Array> {
    for (const [ns, collection] of this.#collections) {
      for (const spec of collection.specs.values()) yield serialize({ op: 'index', ns, spec });
      for (const doc of collection.find({})) yield serialize({ op: 'put', ns, doc });
    }
  }
}

function applyTo(collection: Collection, change: Exclude<Change, { op: 'drop' }>): Undo {
  if (change.op === 'put') {
    const before = collection.put(change.doc);
    return () => {
      collection.remove(change.doc['_id']);
      if (before) collection.restore(before);
    };
  }
  if (change.op === 'remove') {
    const before = collection.remove(change.id);
    return () => before && collection.restore(before);
  }
  if (change.op === 'index') {
    collection.addIndex(change.spec);
    return () => collection.dropIndex(change.spec.name);
  }
  const spec = collection.dropIndex(change.name);
  return () => spec && collection.addIndex(spec);
}

function demandSize(document: Record<string, unknown>): void {
  const size = calculateObjectSize(document);
  if (size <= MAX_DOCUMENT_BYTES) return;
  throw new StoreError(
    10334,
    `a document of ${size} bytes is too large: ${MAX_DOCUMENT_BYTES} is the most; nothing of it was stored`,
  );
}
