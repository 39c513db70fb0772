import { BSONRegExp, serialize } from 'bson';
import { StoreError, unsupported } from './errors.ts';
import { add } from './numbers.ts';
import { compare, isSame } from './order.ts';
import { pins } from './query.ts';
import { type Doc, isDoc } from './values.ts';

/** What becomes of the value at a path; undefined takes the field away. */
const operators = new Map<string, (old: unknown, argument: unknown) => unknown>([
  ['$set', (_, value) => value],
  ['$setOnInsert', (_, value) => value],
  ['$unset', () => undefined],
  ['$inc', (old = 0, by) => add(old, by)],
  ['$min', (old, value) => (old === undefined || compare(value, old) < 0 ? value : old)],
  ['$max', (old, value) => (old === undefined || compare(value, old) > 0 ? value : old)],
  ['$addToSet', (old = [], item) => having(old, item, true)],
  ['$pull', (old, item) => (old === undefined ? old : having(old, item, false))],
]);

/** Whether an update is a document to be put in the place of another: it names no operator first. */
export function isReplacement(update: Doc): boolean {
  return Object.keys(update)[0]?.startsWith('$') !== true;
}

/**
 * @returns a new document, or the very same where nothing changes
 * @throws StoreError 66 where the update has another `_id`
 */
export function replace(before: Doc, replacement: Doc): Doc {
  const { _id = before['_id'], ...fields } = replacement;
  const after = { ...(_id !== undefined && { _id }), ...fields };
  if (before['_id'] !== undefined) demandSameId(before, after);
  return isUnchanged(before, after) ? before : after;
}

/**
 * @returns a new document, or the very same where nothing changes
 * @throws StoreError 66 where the update has another `_id`, 115 for an operator that this store does not know, 2 for one that does not fit
 */
export function applyUpdate(before: Doc, update: Doc, inserting = false): Doc {
  const steps = Object.entries(update).flatMap(([name, fields]) => {
    const operator = operators.get(name);
    if (!operator || !isDoc(fields)) throw unsupported(`update by '${name}'`);
    return Object.entries(fields).map(([path, argument]) => {
      return { name, path, to: (old: unknown) => operator(old, argument) };
    });
  });
  const paths = steps.map(({ path }) => `${path}.`).sort();
  if (paths.some((path) => /(^|\.)[$.]/.test(path))) throw unsupported('positional or empty path');
  const clash = paths.find((path, i) => paths[i + 1]?.startsWith(path));
  if (clash !== undefined) throw new StoreError(2, `two changes of '${clash}' would conflict`);
  const after = steps
    .filter(({ name }) => inserting || name !== '$setOnInsert')
    .reduce((doc, { path, to }) => changeAt(doc, path.split('.'), to), before);
  if (!inserting) demandSameId(before, after);
  return after;
}

/** The document an upsert inserts: what its filter pins down, then the update. */
export function applyUpsert(filter: Doc, update: Doc): Doc {
  const pinned = pins(filter).filter(([, values]) => values.length === 1);
  const start = Object.fromEntries(pinned.map(([path, [value]]) => [path, value]));
  if (isReplacement(update)) return replace('_id' in start ? { _id: start['_id'] } : {}, update);
  return applyUpdate(applyUpdate({}, { $set: start }, true), update, true);
}

function changeAt(doc: Doc, [head = '', ...rest]: string[], to: (old: unknown) => unknown): Doc {
  const old = Object.hasOwn(doc, head) ? doc[head] : undefined;
  const below = rest.length > 0 ? holder(old, head) : doc;
  const value = rest.length > 0 ? changeAt(below, rest, to) : to(old);
  if (value === below || isUnchanged(old, value)) return doc; // `$unset` makes no way to its end
  if (value !== undefined) return { ...doc, [head]: value };
  const { [head]: _, ...others } = doc;
  return others;
}

function holder(value: unknown = {}, field: string): Doc {
  if (isDoc(value)) return value;
  if (Array.isArray(value)) throw unsupported(`path through the array '${field}'`);
  throw new StoreError(2, `'${field}' is no document that a field could be put into`);
}

/** @returns the very same array where it has the item, or has it not, already */
function having(set: unknown, item: unknown, wanted: boolean): unknown[] {
  // It may be a query or hold modifiers, which are left to a real server.
  if (isDoc(item) || item instanceof BSONRegExp)
    throw unsupported('$addToSet or $pull of an object');
  if (!Array.isArray(set)) throw new StoreError(2, `${String(set)} is no array to change`);
  const others = set.filter((one) => !isSame(one, item));
  if (wanted === others.length < set.length) return set;
  return wanted ? [...set, item] : others;
}

function demandSameId(before: Doc, after: Doc): void {
  if (isSame(before['_id'], after['_id'])) return;
  throw new StoreError(66, "an update cannot change the immutable field '_id'");
}

/** Equal values of another type, or with their fields in another order, are a change. */
function isUnchanged(old: unknown, value: unknown): boolean {
  if (old === value || typeof old !== 'object' || typeof value !== 'object') return old === value;
  return isSame(old, value) && Buffer.compare(serialize({ old }), serialize({ old: value })) === 0;
}
