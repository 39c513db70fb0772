import { Binary, Decimal128, deserialize, Long, ObjectId, serialize, Timestamp } from 'bson';

/** A BSON document as plain JavaScript; never changed in place once it is stored. */
export type Doc = { [key: string]: unknown };

export function isDoc(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp) &&
    !('_bsontype' in value)
  );
}

/** Reads one BSON document. Binary stays Binary, so that its subtype survives the way back. */
export function decode(bytes: Uint8Array): Doc {
  return deserialize(bytes, { promoteBuffers: false });
}

/** A deep copy, by the only road that treats every BSON type right. */
export function copy(doc: Doc): Doc {
  return decode(serialize(doc));
}

const INT32 = 2 ** 31;
type BsonType = { alias: string; code: number; rank: number; holds: (value: unknown) => boolean };

/**
 * Types with `$type` alias and number, and their rank when compared, the frequent ones first
 * (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/).
 */
const TYPES: readonly BsonType[] = [
  { alias: 'string', code: 2, rank: 3, holds: (v) => typeof v === 'string' },
  { alias: 'null', code: 10, rank: 1, holds: (v) => v === null || v === undefined },
  { alias: 'int', code: 16, rank: 2, holds: (v) => Number.isInteger(v) && isInt32(v) },
  { alias: 'double', code: 1, rank: 2, holds: (v) => typeof v === 'number' },
  { alias: 'long', code: 18, rank: 2, holds: (v) => v instanceof Long && !isTimestamp(v) },
  { alias: 'decimal', code: 19, rank: 2, holds: (v) => v instanceof Decimal128 },
  { alias: 'array', code: 4, rank: 5, holds: Array.isArray },
  { alias: 'binData', code: 5, rank: 6, holds: (v) => v instanceof Binary },
  { alias: 'objectId', code: 7, rank: 7, holds: (v) => v instanceof ObjectId },
  { alias: 'bool', code: 8, rank: 8, holds: (v) => typeof v === 'boolean' },
  { alias: 'date', code: 9, rank: 9, holds: (v) => v instanceof Date },
  { alias: 'timestamp', code: 17, rank: 10, holds: isTimestamp },
  { alias: 'regex', code: 11, rank: 11, holds: (v) => v instanceof RegExp },
  { alias: 'object', code: 3, rank: 4, holds: isDoc },
];
const OTHER: BsonType = { alias: 'other', code: 0, rank: 12, holds: () => true };

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && value >= -INT32 && value < INT32;
}

function isTimestamp(value: unknown): boolean {
  return value instanceof Timestamp;
}

export function typeOf(value: unknown): BsonType {
  return TYPES.find(({ holds }) => holds(value)) ?? OTHER;
}

/** @returns the type that `$type` names by alias or number, or undefined */
export function namedType(name: unknown): BsonType | undefined {
  return TYPES.find(({ alias, code }) => alias === name || code === name);
}

/** MongoDB's order of all values; strings by code point, as without a collation. */
export function compare(a: unknown, b: unknown): number {
  const { rank } = typeOf(a);
  const byRank = rank - typeOf(b).rank;
  if (byRank !== 0 || rank === 1) return byRank;
  if (rank === 2) return order(Number(String(a)), Number(String(b)));
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  if (typeof a === 'boolean' || a instanceof Date) return Number(a) - Number(b);
  if (Array.isArray(a) && Array.isArray(b)) return compareAll(a, b);
  if (isDoc(a) && isDoc(b)) {
    return compareAll(Object.entries(a).flat(), Object.entries(b).flat());
  }
  return order(valueKey(a), valueKey(b));
}

function compareAll(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [i, item] of a.entries()) {
    const verdict = i >= b.length ? 1 : compare(item, b[i]);
    if (verdict !== 0) return verdict;
  }
  return a.length - b.length;
}

function order<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A string that two values share exactly when MongoDB calls them equal. */
export function valueKey(value: unknown): string {
  const { rank, alias } = typeOf(value);
  if (rank === 1) return 'null';
  if (rank === 2) {
    const number = Number(String(value));
    return `n${Number.isSafeInteger(number) || alias === 'double' ? number + 0 : String(value)}`;
  }
  if (typeof value === 'string') return `s${JSON.stringify(value)}`;
  if (value instanceof ObjectId) return `i${value.toHexString()}`;
  if (value instanceof Date) return `d${value.getTime()}`;
  if (Array.isArray(value)) return `[${value.map(valueKey).join()}]`;
  if (isDoc(value)) {
    return `{${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${valueKey(v)}`)}}`;
  }
  return `b${Buffer.from(serialize({ value })).toString('hex')}`;
}

/**
 * The values a query compares at a dotted path: through arrays, and for an array both itself and
 * its elements. A missing field is one `undefined`.
 */
export function valuesAt(doc: unknown, path: string): unknown[] {
  const parts = path.includes('.') ? path.split('.') : [path]; // scans spend their time here
  const leaves = leavesAt(doc, parts, 0);
  return leaves.flatMap((leaf) => (Array.isArray(leaf) ? [leaf, ...leaf] : [leaf]));
}

function leavesAt(value: unknown, parts: readonly string[], at: number): unknown[] {
  const part = parts[at];
  if (part === undefined) return [value];
  if (Array.isArray(value)) {
    const inside = value.flatMap((item) => (isDoc(item) ? leavesAt(item, parts, at) : []));
    const direct = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    return direct === undefined ? inside : [...leavesAt(direct, parts, at + 1), ...inside];
  }
  return isDoc(value) && Object.hasOwn(value, part)
    ? leavesAt(value[part], parts, at + 1)
    : [undefined];
}
