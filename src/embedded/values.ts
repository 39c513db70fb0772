import { deserialize, EJSON } from 'bson';
import { isObject, resolve } from 'mingo/util';

/** A BSON document as plain JavaScript; never changed in place once it is stored. */
export type Doc = { [key: string]: unknown };

export const isDoc: (value: unknown) => value is Doc = isObject;

/** Reads one BSON document. Binary stays Binary, so that its subtype survives the way back. */
export function decode(bytes: Uint8Array): Doc {
  return deserialize(bytes, { promoteBuffers: false });
}

/** A string that equal values share, and a missing one with null. */
export function keyOf(value: unknown): string {
  return EJSON.stringify(value ?? null);
}

/** What a query compares at a dotted path: the value, and where it is an array its elements too. */
export function valuesAt(doc: Doc, path: string): unknown[] {
  const value: unknown = resolve(doc, path);
  return Array.isArray(value) ? [value, ...value.flat()] : [value];
}
