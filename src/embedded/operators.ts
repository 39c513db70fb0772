import { Context } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as queries from 'mingo/operators/query';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { StoreError } from './errors.ts';
import { sortDocs } from './sort.ts';
import { compare, type Doc, isDoc, namedType, typeOf, valueKey, valuesAt } from './values.ts';

type Test = (doc: Doc) => boolean;
type Comparison = (path: string, wanted: unknown, options: Options) => Test;

// mingo compares ObjectIds, 64-bit integers and decimals by their text, and an unknown `$type`
// silently matches nothing: the comparisons are therefore ours.
const comparisons: Record<`$${string}`, Comparison> = {
  $eq: (path, wanted) => among(path, [wanted]),
  $ne: (path, wanted) => not(among(path, [wanted])),
  $in: (path, wanted) => among(path, list('$in', wanted)),
  $nin: (path, wanted) => not(among(path, list('$nin', wanted))),
  $gt: ranged((order) => order > 0),
  $gte: ranged((order) => order >= 0),
  $lt: ranged((order) => order < 0),
  $lte: ranged((order) => order <= 0),
  $type: (path, wanted) => {
    const tests = (Array.isArray(wanted) ? wanted : [wanted]).map(typeTest);
    return (doc) =>
      valuesAt(doc, path).some((value) => value !== undefined && tests.some((is) => is(value)));
  },
  $all: (path, wanted, options) => {
    const all = list('$all', wanted);
    if (all.some((one) => isDoc(one) && '$elemMatch' in one)) {
      return queries.$all(path, all, options);
    }
    const tests = all.map((one) => among(path, [one]));
    return (doc) => tests.length > 0 && tests.every((test) => test(doc));
  },
};

function typeTest(name: unknown): (value: unknown) => boolean {
  if (name === 'number') return (value) => typeOf(value).rank === typeOf(0).rank;
  const type = namedType(name);
  if (!type) throw new StoreError('BadValue', `Unknown type name alias: ${String(name)}`);
  return (value) => typeOf(value) === type;
}

function not(test: Test): Test {
  return (doc) => !test(doc);
}

function list(operator: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new StoreError('BadValue', `${operator} needs an array`);
}

function among(path: string, wanted: readonly unknown[]): Test {
  const keys = new Set(wanted.map(valueKey));
  const patterns = wanted.filter((one) => one instanceof RegExp);
  return (doc) =>
    valuesAt(doc, path).some(
      (value) =>
        keys.has(valueKey(value)) ||
        (typeof value === 'string' && patterns.some((pattern) => pattern.test(value))),
    );
}

function ranged(holds: (order: number) => boolean) {
  return (path: string, bound: unknown): Test => {
    const { rank } = typeOf(bound);
    return (doc) =>
      valuesAt(doc, path).some(
        (value) => typeOf(value).rank === rank && holds(compare(value, bound)),
      );
  };
}

/** The extreme of what is neither missing nor null, as in MongoDB; mingo takes null for a value. */
function extreme(sign: 1 | -1) {
  return (items: Doc[], expression: unknown, options: Options): unknown =>
    accumulators
      .$push(items, expression, options)
      .filter((value) => value !== null && value !== undefined)
      .reduce<unknown>(
        (best, value) => (best === null || sign * compare(value, best) > 0 ? value : best),
        null,
      );
}

/** A CommonJS module seen from here has a `default` beside its operators. */
function named<T extends { default: unknown }>({ default: _, ...operators }: T) {
  return operators;
}

// Nothing writes from a pipeline, and a client's script never runs in this process.
const { $out, $merge, ...readingStages } = named(stages);
const { $where, $jsonSchema, ...safeQueries } = named(queries);
const { $accumulator, ...safeAccumulators } = named(accumulators);
const { $function, ...safeExpressions } = named(expressions);

const operators = {
  accumulator: { ...safeAccumulators, $max: extreme(1), $min: extreme(-1) },
  expression: safeExpressions,
  pipeline: {
    ...readingStages,
    $sort: (docs: ReturnType<typeof stages.$sort>, by: Doc, _: Options) =>
      docs.transform((all) => Lazy(sortDocs(all, by))),
  },
  query: { ...safeQueries, ...comparisons },
  window: named(windows),
};

export const context = Context.init(operators);

export const operatorNames: ReadonlySet<string> = new Set([
  ...Object.values(operators).flatMap((group) => Object.keys(group)),
  '$options', // belongs to $regex, not an operator of its own
]);
