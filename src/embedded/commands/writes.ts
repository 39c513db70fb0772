import { ObjectId } from 'bson';
import { z } from 'zod';
import { duplicate } from '../collection.ts';
import { replyTo, StoreError } from '../errors.ts';
import { doc } from '../sorted-index.ts';
import type { Store } from '../store.ts';
import { applyUpdate, applyUpsert, isReplacement, replace } from '../update.ts';
import type { Doc } from '../values.ts';
import { type Command, command, type Place } from './command.ts';

const flag = z.boolean().default(false);
const ordered = z.literal(true).optional();
const update = z.strictObject({ q: doc, u: doc, multi: flag, upsert: flag });
const removal = z.strictObject({ q: doc, limit: z.literal([0, 1]) });
const modification = { query: doc, update: doc, new: flag, upsert: flag, remove: z.literal(false) };

export const writes: Record<string, Command> = {
  insert: command({ documents: z.array(doc), ordered }, ({ documents }, { store, ns }) =>
    each(documents, (document) => [insert(store, ns, document)]),
  ),
  update: command({ updates: z.array(update), ordered }, ({ updates }, place) => {
    const upserted: Doc[] = [];
    let nModified = 0;
    const done = each(updates, ({ q, u, multi, upsert }, index) => {
      if (multi && isReplacement(u))
        throw new StoreError(9, 'multi update is not supported for replacement-style update');
      const { before, after } = change(place, q, u, upsert, multi ? 0 : 1);
      nModified += before.filter((doc) => !after.includes(doc)).length;
      if (before.length === 0) upserted.push(...after.map(({ _id }) => ({ index, _id })));
      return after;
    });
    return { ...done, nModified, upserted };
  }),
  findAndModify: command(modification, ({ query, update, upsert, ...wish }, place) => {
    const { before, after } = change(place, query, update, upsert, 1);
    return { value: (wish.new ? after : before)[0] ?? null };
  }),
  delete: command({ deletes: z.array(removal), ordered }, ({ deletes }, { store, ns, until }) =>
    each(deletes, ({ q, limit }) => {
      const found = store.get(ns).find(q, { limit, until });
      for (const { _id: id } of found) store.write({ op: 'remove', ns, id });
      return found;
    }),
  ),
  drop: command({}, (_, { store, db, target }) => drop(store, db, [target])),
  dropDatabase: command({}, (_, { store, db }) => drop(store, db, store.names(db))),
};

/** Stops at the first write that fails, and reports which one; the others return what they matched. */
function each<T>(items: readonly T[], write: (item: T, index: number) => Doc[]): Doc {
  let n = 0;
  for (const [index, item] of items.entries()) {
    try {
      n += write(item, index).length;
    } catch (error) {
      return { n, writeErrors: [{ index, ...replyTo(error) }] };
    }
  }
  return { n };
}

function insert(store: Store, ns: string, { _id = new ObjectId(), ...rest }: Doc): Doc {
  if (store.get(ns).get(_id)) throw duplicate({ name: '_id_', key: { _id: 1 } }, { _id });
  const doc = { _id, ...rest };
  store.write({ op: 'put', ns, doc });
  return doc;
}

function drop(store: Store, db: string, names: unknown[]): Doc {
  for (const name of names) store.write({ op: 'drop', ns: `${db}.${name}` });
  return {};
}

/** @returns the matched document and the result: the same one if nothing changed */
function change(
  { store, ns, until }: Place,
  query: Doc,
  update: Doc,
  upsert: boolean,
  limit: number,
) {
  const before = store.get(ns).find(query, { limit, until });
  const apply = isReplacement(update) ? replace : applyUpdate;
  const after = before.map((doc) => apply(doc, update));
  for (const doc of after) if (!before.includes(doc)) store.write({ op: 'put', ns, doc });
  if (before.length === 0 && upsert) after.push(insert(store, ns, applyUpsert(query, update)));
  return { before, after };
}
