import { calculateObjectSize, Long } from 'bson';
import { z } from 'zod';
import { StoreError } from '../errors.ts';
import { projection } from '../projection.ts';
import { directions, doc } from '../sorted-index.ts';
import type { Doc } from '../values.ts';
import { type Command, command, count } from './command.ts';

const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const paging = { skip: count.optional(), limit: count.optional() };

/** The only pipeline that drivers send by themselves: it counts what a filter matches. */
const counting = z.union([
  z.tuple([z.strictObject({ $match: doc })]),
  z.tuple([z.strictObject({ $match: doc }), z.strictObject({ $skip: count })]),
  z.tuple([z.strictObject({ $match: doc }), z.strictObject({ $limit: count })]),
  z.tuple([
    z.strictObject({ $match: doc }),
    z.strictObject({ $skip: count }),
    z.strictObject({ $limit: count }),
  ]),
]);
const total = z.strictObject({ _id: z.literal(1), n: z.strictObject({ $sum: z.literal(1) }) });
const pipeline = z
  .array(doc)
  .transform((stages) => ({ stages: stages.slice(0, -1), group: stages.at(-1)?.['$group'] }))
  .pipe(z.object({ stages: counting, group: total }));

/** What clients have not read yet, by cursor: documents as they were when the query ran. */
const unread = new Map<number, Doc[]>();
let lastId = 0;

export const reads: Record<string, Command> = {
  find: command(
    {
      filter: doc.default({}),
      sort: directions.default({}),
      ...paging,
      projection: projection.optional(),
    },
    ({ filter, ...page }, { store, ns, until }) =>
      reply(ns, store.get(ns).find(filter, { ...page, until })),
  ),
  count: command(
    { query: doc.default({}), ...paging },
    ({ query, ...page }, { store, ns, until }) => ({
      n: store.get(ns).count(query, { ...page, until }),
    }),
  ),
  aggregate: command({ pipeline }, ({ pipeline: { stages } }, { store, ns, until }) => {
    const { $match, $skip: skip, $limit: limit } = Object.assign({}, ...stages);
    const n = store.get(ns).count($match, { skip, limit, until });
    return reply(ns, n > 0 ? [{ _id: 1, n }] : []);
  }),
  getMore: command({ collection: z.string() }, ({ collection }, { db, target }) => {
    const docs = unread.get(Number(target));
    if (!docs) throw new StoreError(43, `cursor id ${target} not found`);
    unread.delete(Number(target));
    return reply(`${db}.${collection}`, docs, 'nextBatch');
  }),
  killCursors: command({ cursors: z.array(count) }, ({ cursors }) => ({
    cursorsKilled: cursors.filter((id) => unread.delete(id)).map((id) => Long.fromNumber(id)),
  })),
  listCollections: command({ filter: z.strictObject({}).default({}) }, (_, { store, db, ns }) => {
    const found = store.names(db).map((name) => ({ name, type: 'collection' }));
    return reply(ns, found);
  }),
  listIndexes: command({}, (_, { store, ns }) => reply(ns, [...store.get(ns).specs.values()])),
};

/** As many documents as fit into one message, and at least one; the others wait for the next request. */
function reply(ns: string, docs: Doc[], batch = 'firstBatch'): Doc {
  let room = MAX_BATCH_BYTES;
  const full = docs.findIndex((doc, i) => {
    room -= calculateObjectSize(doc) + 16; // its number in the list goes with it
    return room < 0 && i > 0;
  });
  if (full === -1) return { cursor: { id: Long.ZERO, ns, [batch]: docs } };
  lastId += 1;
  unread.delete(lastId - 100); // clients that disconnected never ended theirs
  unread.set(lastId, docs.slice(full));
  return { cursor: { id: Long.fromNumber(lastId), ns, [batch]: docs.slice(0, full) } };
}
