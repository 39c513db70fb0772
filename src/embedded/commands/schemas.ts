import { z } from 'zod';
import { StoreError } from '../errors.ts';
import { ID_INDEX, type IndexSpec, parseIndex } from '../indexes.ts';
import { compileFilter } from '../query.ts';
import { type Doc, isDoc, valueKey } from '../values.ts';
import { type Command, type Context, command, count, doc, docs } from './command.ts';

const cursor = z.strictObject({ batchSize: count.optional() }).default({});

export const schemas: Record<string, Command> = {
  create: command({ create: z.string() }, ({ create }, { store, db }) => {
    const ns = `${db}.${create}`;
    if (store.get(ns)) throw new StoreError('NamespaceExists', `Collection ${ns} already exists.`);
    store.write({ op: 'create', ns });
    return {};
  }),
  drop: command({ drop: z.string() }, ({ drop }, context) => {
    const { ns, specs } = existing(context, drop);
    context.store.write({ op: 'drop', ns });
    return { ns, nIndexesWas: specs.length };
  }),
  dropDatabase: command({ dropDatabase: z.literal(1) }, (_, { store, db }) => {
    for (const name of store.names(db)) store.write({ op: 'drop', ns: `${db}.${name}` });
    return { dropped: db };
  }),
  listCollections: command(
    {
      listCollections: z.literal(1),
      filter: doc.default({}),
      nameOnly: z.boolean().optional(),
      authorizedCollections: z.boolean().optional(),
      cursor,
    },
    ({ filter, nameOnly, cursor }, { store, db, cursors }) => {
      const found = store
        .names(db)
        .map((name) => ({
          name,
          type: 'collection',
          ...(!nameOnly && { options: {}, info: { readOnly: false }, idIndex: ID_INDEX }),
        }))
        .filter(compileFilter(filter));
      return cursors.first(`${db}.$cmd.listCollections`, found, cursor.batchSize);
    },
  ),
  listDatabases: command(
    {
      listDatabases: z.literal(1),
      filter: doc.default({}),
      nameOnly: z.boolean().optional(),
      authorizedDatabases: z.boolean().optional(),
    },
    ({ filter }, { store }) => {
      const names = new Set(store.names().map((ns) => ns.slice(0, ns.indexOf('.'))));
      const databases = [...names]
        .map((name) => ({ name, sizeOnDisk: 0, empty: false }))
        .filter(compileFilter(filter));
      return { databases, totalSize: 0 };
    },
  ),
  createIndexes: command(
    { createIndexes: z.string(), indexes: docs },
    ({ createIndexes, indexes }, { store, db }) => {
      const ns = `${db}.${createIndexes}`;
      const wanted = indexes.map(parseIndex);
      const before = store.get(ns)?.specs();
      for (const spec of wanted) {
        const present = store.get(ns)?.specs() ?? [ID_INDEX];
        if (!isPresent(spec, present)) store.write({ op: 'addIndex', ns, spec });
      }
      return {
        numIndexesBefore: before?.length ?? 1,
        numIndexesAfter: store.get(ns)?.specs().length ?? 1,
        createdCollectionAutomatically: before === undefined,
      };
    },
  ),
  listIndexes: command({ listIndexes: z.string(), cursor }, ({ listIndexes, cursor }, context) => {
    const { ns, specs } = existing(context, listIndexes);
    return context.cursors.first(ns, specs, cursor.batchSize);
  }),
  dropIndexes: command(
    { dropIndexes: z.string(), index: z.union([z.string(), z.array(z.string()), doc]) },
    ({ dropIndexes, index }, context) => {
      const { ns, specs } = existing(context, dropIndexes);
      const names = index === '*' ? specs.slice(1).map(({ name }) => name) : namesOf(index, specs);
      for (const name of names) context.store.write({ op: 'dropIndex', ns, name });
      return { nIndexesWas: specs.length };
    },
  ),
};

function existing({ store, db }: Context, name: string): { ns: string; specs: IndexSpec[] } {
  const ns = `${db}.${name}`;
  const found = store.get(ns);
  if (!found) throw new StoreError('NamespaceNotFound', `ns does not exist: ${ns}`);
  return { ns, specs: found.specs() };
}

/** @throws StoreError where an index of that name or key has other options */
function isPresent(spec: IndexSpec, present: readonly IndexSpec[]): boolean {
  const like = present.find(({ name }) => name === spec.name);
  if (like && valueKey(essence(like)) === valueKey(essence(spec))) return true;
  if (like) {
    throw new StoreError(
      'IndexKeySpecsConflict',
      `An existing index has the same name as the requested index, '${spec.name}', but differs`,
    );
  }
  const twin = present.find(
    ({ key, partialFilterExpression }) =>
      valueKey([key, partialFilterExpression]) ===
      valueKey([spec.key, spec['partialFilterExpression']]),
  );
  if (!twin) return false;
  throw new StoreError(
    'IndexOptionsConflict',
    `Index '${spec.name}' already exists with a different name: ${twin.name}`,
  );
}

function essence({ key, unique, sparse, partialFilterExpression }: IndexSpec): Doc {
  return { key, unique: Boolean(unique), sparse: Boolean(sparse), partialFilterExpression };
}

function namesOf(wanted: string | string[] | Doc, specs: readonly IndexSpec[]): string[] {
  const names = isDoc(wanted)
    ? specs.filter(({ key }) => valueKey(key) === valueKey(wanted)).map(({ name }) => name)
    : [wanted].flat();
  const missing = names.find((name) => !specs.some((spec) => spec.name === name));
  if (missing !== undefined || names.length === 0) {
    throw new StoreError('IndexNotFound', `index not found with name [${missing ?? 'by key'}]`);
  }
  if (names.includes(ID_INDEX.name)) throw new StoreError('BadValue', 'cannot drop _id index');
  return names;
}
