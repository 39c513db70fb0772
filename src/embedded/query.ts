import { Aggregator } from 'mingo/aggregator';
import { ProcessingMode } from 'mingo/core';
import * as arithmetic from 'mingo/operators/expression/arithmetic';
import { Query } from 'mingo/query';
import { StoreError, unsupported } from './errors.ts';
import { context, operatorNames } from './operators.ts';
import { type Doc, isDoc, typeOf } from './values.ts';

const options = { context, scriptEnabled: false };

/** @throws StoreError when the filter uses an operator that this store does not know */
export function compileFilter({ $comment, ...filter }: Doc): (doc: Doc) => boolean {
  refuseUnknown(filter);
  try {
    const query = new Query(filter, options);
    return (doc) => query.test(doc);
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError('BadValue', String(error));
  }
}

/**
 * The values that a filter pins a field to, by path: the ways into an index, and (where there is
 * only one) the fields that an upsert starts from.
 */
export function pinned(filter: Doc): Map<string, readonly unknown[]> {
  const pins = new Map<string, readonly unknown[]>();
  for (const [path, condition] of Object.entries(filter)) {
    if (path === '$and' && Array.isArray(condition)) {
      for (const part of condition) for (const [k, v] of pinned(part)) pins.set(k, v);
    } else if (!path.startsWith('$') && !(condition instanceof RegExp)) {
      const operators = isDoc(condition) && Object.keys(condition)[0]?.startsWith('$');
      if (!operators) pins.set(path, [condition]);
      else if ('$eq' in condition) pins.set(path, [condition['$eq']]);
      else if (Array.isArray(condition['$in'])) pins.set(path, condition['$in']);
    }
  }
  return pins;
}

/** Other stages may change what they are given, and are given copies of stored documents. */
const PURE = new Set(['$match', '$group', '$sort', '$skip', '$limit', '$count']);

/**
 * Runs a pipeline that only reads.
 * @param named finds the documents of another collection, for `$lookup` and its like
 */
export function aggregate(docs: Doc[], pipeline: Doc[], named: (name: string) => Doc[]): Doc[] {
  refuseUnknown(pipeline);
  if (calculates(pipeline) && docs.some(holdsBigNumber)) {
    throw unsupported('calculating with Decimal128 or 64-bit integers');
  }
  const pure = pipeline.every((stage) => Object.keys(stage).every((name) => PURE.has(name)));
  const processingMode = pure ? ProcessingMode.CLONE_OFF : ProcessingMode.CLONE_INPUT;
  return new Aggregator(pipeline, { ...options, processingMode, collectionResolver: named }).run(
    docs,
  );
}

/** Before anything runs: mingo notices an unknown expression only when it meets a document. */
function refuseUnknown(node: unknown): void {
  if (Array.isArray(node)) node.forEach(refuseUnknown);
  if (!isDoc(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('$') && !operatorNames.has(key)) throw unsupported(`the operator ${key}`);
    if (key !== '$literal') refuseUnknown(value);
  }
}

const CALCULATING = new Set([
  ...Object.keys(arithmetic),
  '$sum',
  '$avg',
  '$stdDevPop',
  '$stdDevSamp',
]);

/** mingo counts decimals and 64-bit integers as nothing, which is worse than refusing them. */
function calculates(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(calculates);
  return (
    isDoc(node) &&
    Object.entries(node).some(
      ([key, value]) => (CALCULATING.has(key) && typeof value !== 'number') || calculates(value),
    )
  );
}

function holdsBigNumber(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsBigNumber);
  if (isDoc(value)) return Object.values(value).some(holdsBigNumber);
  return ['decimal', 'long'].includes(typeOf(value).alias);
}
