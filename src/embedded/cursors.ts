import { calculateObjectSize, Long } from 'bson';
import { MAX_DOC_BYTES } from './collection.ts';
import { StoreError } from './errors.ts';
import type { Doc } from './values.ts';

const IDLE_MS = 10 * 60_000;
const FIRST_BATCH = 101;

type Cursor = { ns: string; rest: Doc[]; usedAt: number };

/** Results on their way to clients, as they stood when the query ran. */
export class Cursors {
  readonly #open = new Map<number, Cursor>();
  #lastId = 0;

  /** @returns the reply to a query with its first batch, and a cursor id where there is more */
  first(ns: string, docs: Doc[], batchSize = FIRST_BATCH, single = false): Doc {
    const now = performance.now();
    for (const [id, { usedAt }] of this.#open) if (now - usedAt > IDLE_MS) this.#open.delete(id);
    const { batch, rest } = split(docs, batchSize);
    const id = rest.length === 0 || single ? 0 : ++this.#lastId;
    if (id !== 0) this.#open.set(id, { ns, rest, usedAt: now });
    return { cursor: { id: Long.fromNumber(id), ns, firstBatch: batch } };
  }

  /** @throws StoreError 43 for a cursor that ended, idled for ten minutes or was killed */
  next(id: number, batchSize = Number.POSITIVE_INFINITY): Doc {
    const cursor = this.#open.get(id);
    if (!cursor) throw new StoreError('CursorNotFound', `cursor id ${id} not found`);
    const { batch, rest } = split(cursor.rest, batchSize);
    cursor.rest = rest;
    cursor.usedAt = performance.now();
    if (rest.length === 0) this.#open.delete(id);
    const left = Long.fromNumber(rest.length === 0 ? 0 : id);
    return { cursor: { id: left, ns: cursor.ns, nextBatch: batch } };
  }

  /** @returns whether there was such a cursor */
  kill(id: number): boolean {
    return this.#open.delete(id);
  }
}

/** A reply is one BSON document as well: it holds as many documents as fit, and at least one. */
function split(docs: Doc[], batchSize: number): { batch: Doc[]; rest: Doc[] } {
  let bytes = 0;
  let count = 0;
  for (const doc of docs) {
    bytes += calculateObjectSize(doc) + 16;
    if (count >= batchSize || (count > 0 && bytes > MAX_DOC_BYTES)) break;
    count += 1;
  }
  return { batch: docs.slice(0, count), rest: docs.slice(count) };
}
