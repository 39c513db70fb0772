import { Context } from 'mingo/core';
import { $eq, $gt, $gte, $in, $lt, $lte, $ne } from 'mingo/operators/query/comparison';
import { $exists } from 'mingo/operators/query/element';
import { $or } from 'mingo/operators/query/logical';
import { Query } from 'mingo/query';
import { unsupported } from './errors.ts';
import { type Doc, isDoc } from './values.ts';

// What the registry asks with. Every other operator is unknown to mingo, and so refused.
const context = Context.init({ query: { $eq, $exists, $gt, $gte, $in, $lt, $lte, $ne, $or } });

/** @throws StoreError 115 for an operator that this store does not know, before anything is read */
export function compile(filter: Doc): Query {
  try {
    return new Query(filter, { context });
  } catch (error) {
    throw unsupported(`filter like this: ${String(error)}`);
  }
}

/** The values that a filter pins a field to, by path: the ways into an index, the start of an upsert. */
export function pins(filter: Doc): [path: string, values: unknown[]][] {
  return Object.entries(filter).flatMap(([path, wanted]): [string, unknown[]][] => {
    if (path.startsWith('$')) return [];
    if (!isDoc(wanted) || !Object.keys(wanted)[0]?.startsWith('$')) return [[path, [wanted]]];
    if ('$eq' in wanted) return [[path, [wanted['$eq']]]];
    return Array.isArray(wanted['$in']) ? [[path, wanted['$in']]] : [];
  });
}
