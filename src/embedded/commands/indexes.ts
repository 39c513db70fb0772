import { z } from 'zod';
import { StoreError } from '../errors.ts';
import { isSame } from '../order.ts';
import { directions, type IndexSpec, indexSpec } from '../sorted-index.ts';
import type { Doc } from '../values.ts';
import { type Command, command } from './command.ts';

const wanted = z.union([z.string(), z.array(z.string()), directions]);

export const indexes: Record<string, Command> = {
  createIndexes: command({ indexes: z.array(indexSpec) }, ({ indexes }, { store, ns }) => {
    const numIndexesBefore = store.get(ns).specs.size;
    for (const spec of indexes) {
      if ([...store.get(ns).specs.values()].some((present) => isThere(present, spec))) continue;
      store.get(ns).assertIndexable(spec);
      store.write({ op: 'index', ns, spec });
    }
    return { numIndexesBefore, numIndexesAfter: store.get(ns).specs.size };
  }),
  dropIndexes: command({ index: wanted }, ({ index }, { store, ns }) => {
    if (!store.has(ns)) throw new StoreError(26, `ns not found ${ns}`);
    const { specs } = store.get(ns);
    const names = index === '*' ? [...specs.keys()].slice(1) : namesOf(index, [...specs.values()]);
    for (const name of names) {
      if (name === '_id_') throw new StoreError(72, 'cannot drop _id index');
      if (!specs.has(name)) throw new StoreError(27, `index not found with name [${name}]`);
    }
    for (const name of new Set(names)) store.write({ op: 'unindex', ns, name });
    return { nIndexesWas: specs.size };
  }),
};

/**
 * What makes an index another one are its keys, its uniqueness and its filter (MongoDB 5 and newer).
 * @throws StoreError 85 for the same index under another name, 86 for another index under the same name
 */
function isThere(present: IndexSpec, spec: IndexSpec): boolean {
  const isEqual = isSame(signature(present), signature(spec));
  if (present.name === spec.name) {
    if (isEqual) return true;
    throw new StoreError(86, `an existing index is called '${spec.name}' and is not the same`);
  }
  if (!isEqual) return false;
  throw new StoreError(85, `the same index already exists with a different name: ${present.name}`);
}

function signature({ key, unique = false, partialFilterExpression, name }: IndexSpec): Doc {
  return { key, unique: unique && name !== '_id_', only: partialFilterExpression ?? null };
}

function namesOf(index: string | string[] | Doc, specs: readonly IndexSpec[]): string[] {
  if (typeof index === 'string') return [index];
  if (Array.isArray(index)) return index;
  const found = specs.filter(({ key }) => isSame(key, index));
  const [first] = found;
  if (!first) throw new StoreError(27, `can't find index with key: ${JSON.stringify(index)}`);
  return [first.name];
}
