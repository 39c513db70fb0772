import { Double, deserialize, Int32 } from 'bson';

/** A BSON document as plain JavaScript; never changed in place once it is stored. */
export type Doc = { [key: string]: unknown };

export function isDoc(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Reads one BSON document so that `serialize` gives the very same types back. A number stands for an
 * int32 where it is one, and else for a double; `Double` and `Long` stand where a number would become
 * another type. Binary stays Binary, so that its subtype survives.
 */
export function decode(bytes: Uint8Array): Doc {
  const doc: Doc = deserialize(bytes, {
    promoteValues: false,
    promoteBuffers: false,
    bsonRegExp: true,
  });
  simplify(doc);
  return doc;
}

function simplify(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return isInt32(value.value) ? value : value.value;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) value[i] = simplify(item);
  } else if (isDoc(value)) {
    for (const [field, item] of Object.entries(value)) {
      const simple = simplify(item);
      if (simple !== item) value[field] = simple;
    }
  }
  return value;
}

/** Whether `serialize` writes this number as an int32. */
export function isInt32(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}

/** A double that stays one. */
export function double(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

/**
 * What a dotted path reaches: undefined where a field is missing; of arrays on the way each document, and
 * the item that a number names.
 */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [field, ...rest] = path;
  if (field === undefined) return [value];
  if (isDoc(value)) return valuesAt(Object.hasOwn(value, field) ? value[field] : undefined, rest);
  if (!Array.isArray(value)) return [undefined];
  const items: unknown[] = value;
  const named = /^\d+$/.test(field) && Number(field) < items.length;
  return [
    ...(named ? valuesAt(items[Number(field)], rest) : []),
    ...items.filter(isDoc).flatMap((item) => valuesAt(item, path)),
  ];
}
