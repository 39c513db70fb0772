import { z } from 'zod';
import { Collection } from '../collection.ts';
import { compileProjection } from '../projection.ts';
import { aggregate } from '../query.ts';
import { sortDocs } from '../sort.ts';
import { copy, type Doc, isDoc, valueKey, valuesAt } from '../values.ts';
import { type Command, type Context, command, count, doc, docs } from './command.ts';

export const reads: Record<string, Command> = {
  find: command(
    {
      find: z.string(),
      filter: doc.default({}),
      sort: doc.optional(),
      projection: doc.optional(),
      skip: count.default(0),
      limit: count.default(0),
      batchSize: count.optional(),
      singleBatch: z.boolean().optional(),
    },
    ({ find, filter, sort, projection, skip, limit, batchSize, singleBatch }, context) => {
      const found = sorted(matching(context, find, filter), sort);
      const page = found.slice(skip, limit === 0 ? undefined : skip + limit);
      const shown = projection ? page.map(compileProjection(projection)) : page;
      return context.cursors.first(`${context.db}.${find}`, shown, batchSize, singleBatch);
    },
  ),
  getMore: command(
    { getMore: z.number(), collection: z.string(), batchSize: count.optional() },
    ({ getMore, batchSize }, { cursors }) => cursors.next(getMore, batchSize || undefined),
  ),
  killCursors: command(
    { killCursors: z.string(), cursors: z.array(z.number()) },
    ({ cursors: ids }, { cursors }) => {
      const cursorsKilled = ids.filter((id) => cursors.kill(id));
      const cursorsNotFound = ids.filter((id) => !cursorsKilled.includes(id));
      return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
    },
  ),
  count: command(
    {
      count: z.string(),
      query: doc.default({}),
      skip: count.default(0),
      limit: count.default(0),
    },
    ({ count: name, query, skip, limit }, context) => {
      const n = Math.max(matching(context, name, query).length - skip, 0);
      return { n: limit === 0 ? n : Math.min(n, limit) };
    },
  ),
  distinct: command(
    { distinct: z.string(), key: z.string(), query: doc.default({}) },
    ({ distinct, key, query }, context) => {
      const values = matching(context, distinct, query)
        .flatMap((found) => valuesAt(found, key))
        .filter((value) => value !== undefined && !Array.isArray(value));
      return { values: [...new Map(values.map((value) => [valueKey(value), value])).values()] };
    },
  ),
  aggregate: command(
    {
      aggregate: z.union([z.string(), z.literal(1)]),
      pipeline: docs,
      cursor: z.strictObject({ batchSize: count.optional() }),
    },
    ({ aggregate: name, pipeline, cursor }, context) => {
      const [first, ...later] = pipeline;
      const filter = first?.['$match'];
      // A leading $match may use an index, and spares copying what it leaves out.
      const found = isDoc(filter)
        ? aggregate(matching(context, String(name), filter), later, collection(context))
        : aggregate(name === 1 ? [] : matching(context, name, {}), pipeline, collection(context));
      const ns = `${context.db}.${name === 1 ? '$cmd.aggregate' : name}`;
      return context.cursors.first(ns, found, cursor.batchSize);
    },
  ),
};

function matching({ store, db }: Context, name: string, filter: Doc): Doc[] {
  const found = store.get(`${db}.${name}`);
  if (found) return found.find(filter);
  // A query without a collection finds nothing, but a malformed one is an error even so.
  new Collection(name).find(filter);
  return [];
}

function collection(context: Context): (name: string) => Doc[] {
  return (name) => matching(context, name, {}).map(copy);
}

function sorted(found: Doc[], sort: Doc | undefined): Doc[] {
  return sort && Object.keys(sort).length > 0 ? sortDocs(found, sort) : found;
}
