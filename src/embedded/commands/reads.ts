import { calculateObjectSize, Long } from 'bson';
import { z } from 'zod';
import { directions, doc } from '../collection.ts';
import { StoreError } from '../errors.ts';
import type { Doc } from '../values.ts';
import { type Command, command } from './command.ts';

const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const sort = directions.default({});
const limit = z.number().nonnegative().default(0);
const projection = z.record(z.string(), z.literal(1)).default({});

/** What clients have still to read, by cursor: documents as they stood when the query ran. */
const unread = new Map<number, Doc[]>();
let lastId = 0;

export const reads: Record<string, Command> = {
  find: command({ filter: doc, sort, limit, projection }, ({ filter, ...page }, { store, ns }) =>
    reply(ns, store.get(ns).find(filter, page)),
  ),
  getMore: command({ collection: z.string() }, ({ collection }, { db, target }) => {
    const docs = unread.get(Number(target));
    if (!docs) throw new StoreError(43, `cursor id ${target} not found`);
    unread.delete(Number(target));
    return reply(`${db}.${collection}`, docs, 'nextBatch');
  }),
  killCursors: command({ cursors: z.array(z.number()) }, ({ cursors }) => ({
    cursorsKilled: cursors.filter((id) => unread.delete(id)),
  })),
  listCollections: command({ filter: z.strictObject({}) }, (_, { store, db, ns }) => {
    const found = store.names(db).map((name) => ({ name, type: 'collection' }));
    return reply(ns, found);
  }),
  listIndexes: command({}, (_, { store, ns }) => reply(ns, [...store.get(ns).specs.values()])),
};

/** As many documents as fit into one message, and at least one; the others wait to be fetched. */
function reply(ns: string, docs: Doc[], batch = 'firstBatch'): Doc {
  let room = MAX_BATCH_BYTES;
  const full = docs.findIndex((doc, i) => {
    room -= calculateObjectSize(doc) + 16; // its number in the list goes with it
    return room < 0 && i > 0;
  });
  if (full === -1) return { cursor: { id: Long.ZERO, ns, [batch]: docs } };
  lastId += 1;
  unread.delete(lastId - 100); // clients that went away never ended theirs
  unread.set(lastId, docs.slice(full));
  return { cursor: { id: Long.fromNumber(lastId), ns, [batch]: docs.slice(0, full) } };
}
