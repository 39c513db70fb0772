import { StoreError, unsupported } from './errors.ts';
import { compileFilter, pinned } from './query.ts';
import { checkPaths, type Slot, slotAt } from './slot.ts';
import { compare, copy, type Doc, isDoc, typeOf, valueKey } from './values.ts';

type Operator = (slot: Slot, argument: unknown, path: string) => void;

const operators: Record<string, Operator> = {
  $set: (slot, value) => slot.put(value),
  $setOnInsert: (slot, value) => slot.put(value),
  $unset: (slot) => slot.drop(),
  $inc: (slot, by, path) => slot.put(calculate('$inc', slot.value ?? 0, by, path, (a, b) => a + b)),
  $mul: (slot, by, path) => slot.put(calculate('$mul', slot.value ?? 0, by, path, (a, b) => a * b)),
  $min: (slot, value) => {
    if (slot.value === undefined || compare(value, slot.value) < 0) slot.put(value);
  },
  $max: (slot, value) => {
    if (slot.value === undefined || compare(value, slot.value) > 0) slot.put(value);
  },
  $currentDate: (slot, kind) => {
    if (kind !== true && !(isDoc(kind) && kind['$type'] === 'date')) {
      throw unsupported('$currentDate of another type than date');
    }
    slot.put(new Date());
  },
  $push: (slot, argument, path) => {
    const { $each, $position, $slice, ...others } = several('$push', argument);
    const unknown = Object.keys(others)[0];
    if (unknown !== undefined) throw unsupported(`$push with ${unknown}`);
    const items = [...elements('$push', slot.value ?? [], path)];
    items.splice(integer('$position', $position) ?? items.length, 0, ...$each);
    const keep = integer('$slice', $slice) ?? items.length;
    slot.put(keep < 0 ? items.slice(keep) : items.slice(0, keep));
  },
  $addToSet: (slot, argument, path) => {
    const items = [...elements('$addToSet', slot.value ?? [], path)];
    const present = new Set(items.map(valueKey));
    for (const item of several('$addToSet', argument).$each) {
      if (!present.has(valueKey(item))) items.push(item);
      present.add(valueKey(item));
    }
    slot.put(items);
  },
  $pull: (slot, condition, path) => {
    if (slot.value === undefined) return;
    const pulled = pullTest(condition);
    slot.put(elements('$pull', slot.value, path).filter((item) => !pulled(item)));
  },
  $pullAll: (slot, values, path) => {
    if (slot.value === undefined) return;
    const pulled = new Set(elements('$pullAll', values, path).map(valueKey));
    slot.put(elements('$pullAll', slot.value, path).filter((item) => !pulled.has(valueKey(item))));
  },
};

/** These find nothing to do where their path ends early, instead of making the way there. */
const NEVER_CREATE = new Set(['$unset', '$pull', '$pullAll', '$rename']);

export function isReplacement(update: Doc): boolean {
  return !Object.keys(update)[0]?.startsWith('$');
}

/**
 * @returns a new document; the given one stays as it is
 * @throws StoreError with MongoDB's codes: 9 for an unknown operator, 14 for a bad `$inc`, 28 for a
 *   path through a scalar, 40 for operators in conflict, 66 for a changed `_id`
 */
export function applyUpdate(before: Doc, update: Doc, inserting = false): Doc {
  const after = isReplacement(update)
    ? { _id: before['_id'], ...update }
    : applyOperators(copy(before), update, inserting);
  if (before['_id'] !== undefined && valueKey(before['_id']) !== valueKey(after['_id'])) {
    throw new StoreError(
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  return after;
}

/** The document an upsert inserts: what its filter pins down, then the update. */
export function applyUpsert(filter: Doc, update: Doc): Doc {
  const start: Doc = {};
  for (const [path, values] of pinned(filter)) {
    const keep = values.length === 1 && (path === '_id' || !isReplacement(update));
    if (keep) slotAt(start, path, true)?.put(values[0]);
  }
  return applyUpdate(start, update, true);
}

function applyOperators(doc: Doc, update: Doc, inserting: boolean): Doc {
  const steps = Object.entries(update).flatMap(([name, fields]) => {
    if (name !== '$rename' && !operators[name]) {
      throw new StoreError('FailedToParse', `Unknown modifier: ${name}, for the embedded store`);
    }
    if (isDoc(fields))
      return Object.entries(fields).map(([path, value]) => ({ name, path, value }));
    throw new StoreError('FailedToParse', `${name} operates on fields, not on ${String(fields)}`);
  });
  checkPaths(
    steps.flatMap(({ name, path, value }) => (name === '$rename' ? [path, String(value)] : [path])),
  );
  for (const { name, path, value } of steps) {
    if (name === '$setOnInsert' && !inserting) continue;
    const slot = slotAt(doc, path, !NEVER_CREATE.has(name));
    if (!slot) continue;
    if (name === '$rename') rename(doc, slot, String(value));
    else operators[name]?.(slot, value, path);
  }
  return doc;
}

function rename(doc: Doc, from: Slot, to: string): void {
  if (from.value === undefined) return;
  from.drop();
  slotAt(doc, to, true)?.put(from.value);
}

function calculate(
  name: string,
  current: unknown,
  by: unknown,
  path: string,
  combine: (a: number, b: number) => number,
): number {
  const odd = [by, current].find((value) => typeof value !== 'number');
  if (typeof by === 'number' && typeof current === 'number') return combine(current, by);
  const { alias } = typeOf(odd);
  if (alias === 'long' || alias === 'decimal') throw unsupported(`${name} on a ${alias}`);
  throw new StoreError(
    'TypeMismatch',
    odd === by
      ? `Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(by)}}`
      : `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is of non-numeric type ${alias}`,
  );
}

function elements(name: string, value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new StoreError(
    'BadValue',
    `The field '${path}' must be an array for ${name} but is of type ${typeOf(value).alias}`,
  );
}

function several(name: string, argument: unknown): Doc & { $each: unknown[] } {
  if (!isDoc(argument) || !Object.keys(argument).some((key) => key.startsWith('$'))) {
    return { $each: [argument] };
  }
  const { $each } = argument;
  if (Array.isArray($each)) return { ...argument, $each };
  throw new StoreError('BadValue', `${name} with modifiers needs $each with an array`);
}

function integer(name: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw new StoreError('BadValue', `${name} must be an integer`);
}

/** A condition on an element is a query where it is a document, and else a value or operators. */
function pullTest(condition: unknown): (item: unknown) => boolean {
  if (isDoc(condition) && !Object.keys(condition)[0]?.startsWith('$')) {
    const matches = compileFilter(condition);
    return (item) => isDoc(item) && matches(item);
  }
  const matches = compileFilter({ item: condition });
  return (item) => matches({ item });
}
