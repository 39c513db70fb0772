import { ObjectId } from 'bson';
import { z } from 'zod';
import { Collection } from '../collection.ts';
import { StoreError, unsupported, writeError } from '../errors.ts';
import { duplicateKey, ID_INDEX } from '../indexes.ts';
import { compileProjection } from '../projection.ts';
import { sortDocs } from '../sort.ts';
import { applyUpdate, applyUpsert, isReplacement } from '../update.ts';
import { type Doc, isDoc, valueKey } from '../values.ts';
import { type Command, type Context, command, doc, docs } from './command.ts';

const flag = z.boolean().default(false);
const limit = z.union([z.literal(0), z.literal(1)]);
const change = z.union([doc, z.array(z.unknown())]).transform((update) => {
  if (isDoc(update)) return update;
  throw unsupported('an update by pipeline');
});

export const writes: Record<string, Command> = {
  insert: command(
    { insert: z.string(), documents: docs, ordered: z.boolean().default(true) },
    ({ insert, documents, ordered }, { store, db }) => {
      const ns = `${db}.${insert}`;
      let n = 0;
      const writeErrors = each(documents, ordered, (document) => {
        insertOne({ store, ns }, document);
        n += 1;
      });
      return { n, ...writeErrors };
    },
  ),
  update: command(
    {
      update: z.string(),
      updates: z.array(
        z.strictObject({
          q: doc,
          u: change,
          multi: flag,
          upsert: flag,
          hint: z.unknown().optional(),
        }),
      ),
      ordered: z.boolean().default(true),
    },
    ({ update, updates, ordered }, { store, db }) => {
      const at = { store, ns: `${db}.${update}` };
      const upserted: Doc[] = [];
      let n = 0;
      let nModified = 0;
      const writeErrors = each(updates, ordered, ({ q, u, multi, upsert }, index) => {
        if (multi && isReplacement(u)) {
          throw new StoreError('FailedToParse', 'multi update is not supported for replacement');
        }
        const found = matches(at, q, multi ? 0 : 1);
        for (const before of found) {
          n += 1;
          if (updateOne(at, before, u) !== before) nModified += 1;
        }
        if (found.length > 0 || !upsert) return;
        const inserted = insertOne(at, applyUpsert(q, u));
        n += 1;
        upserted.push({ index, _id: inserted['_id'] });
      });
      return { n, nModified, ...(upserted.length > 0 && { upserted }), ...writeErrors };
    },
  ),
  delete: command(
    {
      delete: z.string(),
      deletes: z.array(z.strictObject({ q: doc, limit, hint: z.unknown().optional() })),
      ordered: z.boolean().default(true),
    },
    ({ delete: name, deletes, ordered }, { store, db }) => {
      const at = { store, ns: `${db}.${name}` };
      let n = 0;
      const writeErrors = each(deletes, ordered, ({ q, limit }) => {
        for (const { _id } of matches(at, q, limit)) {
          store.write({ op: 'remove', ns: at.ns, id: _id });
          n += 1;
        }
      });
      return { n, ...writeErrors };
    },
  ),
  findAndModify: command(
    {
      findAndModify: z.string(),
      query: doc.default({}),
      sort: doc.optional(),
      fields: doc.optional(),
      update: change.optional(),
      remove: flag,
      new: flag,
      upsert: flag,
    },
    (request, { store, db }) => {
      const { query, sort, fields, update, remove, upsert } = request;
      const at = { store, ns: `${db}.${request.findAndModify}` };
      const shown = (value: Doc) => (fields ? compileProjection(fields)(value) : value);
      const found = matches(at, query, 0);
      const before = (sort ? sortDocs(found, sort) : found)[0];
      if (remove) {
        if (before) store.write({ op: 'remove', ns: at.ns, id: before['_id'] });
        return { lastErrorObject: { n: before ? 1 : 0 }, value: before ? shown(before) : null };
      }
      if (!update) throw new StoreError('FailedToParse', 'findAndModify needs update or remove');
      if (before) {
        const after = updateOne(at, before, update);
        const lastErrorObject = { n: 1, updatedExisting: true };
        return { lastErrorObject, value: shown(request.new ? after : before) };
      }
      if (!upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
      const inserted = insertOne(at, applyUpsert(query, update));
      return {
        lastErrorObject: { n: 1, updatedExisting: false, upserted: inserted['_id'] },
        value: request.new ? shown(inserted) : null,
      };
    },
  ),
};

type Place = { store: Context['store']; ns: string };

/** @returns `writeErrors` if any; ordered writes stop at the first */
function each<T>(items: readonly T[], ordered: boolean, write: (item: T, index: number) => void) {
  const writeErrors: Doc[] = [];
  for (const [index, item] of items.entries()) {
    try {
      write(item, index);
    } catch (error) {
      writeErrors.push(writeError(error, index));
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

function matches({ store, ns }: Place, filter: Doc, limit: number): Doc[] {
  const found = (store.get(ns) ?? new Collection(ns)).find(filter);
  return limit === 0 ? found : found.slice(0, limit);
}

function insertOne({ store, ns }: Place, { _id = new ObjectId(), ...rest }: Doc): Doc {
  const document = { _id, ...rest };
  if (Array.isArray(_id) || _id instanceof RegExp) {
    throw new StoreError('BadValue', "The '_id' value cannot be an array or a regex");
  }
  const odd = Object.keys(document).find((field) => field.startsWith('$'));
  if (odd !== undefined) throw unsupported(`a field named ${odd}`);
  if (store.get(ns)?.has(_id)) throw duplicateKey(ns, ID_INDEX, document);
  store.write({ op: 'put', ns, doc: document });
  return document;
}

/** @returns the document as it is now: the same one where the update changes nothing */
function updateOne({ store, ns }: Place, before: Doc, update: Doc): Doc {
  const after = applyUpdate(before, update);
  if (valueKey(after) === valueKey(before)) return before;
  store.write({ op: 'put', ns, doc: after });
  return after;
}
