import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { type Doc, isDoc } from './values.ts';

/** Represents an empty array in an index or in sorting: before null. */
export const EMPTY = Symbol('empty array');

const NUMBER = 10;
const TEXT = 15;

/**
 * The order of types. A missing field is null.
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export function rank(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return NUMBER;
    case 'string':
      return TEXT;
    case 'boolean':
      return 40;
    case 'undefined':
      return 5;
    case 'symbol':
      return 1;
    default:
      return value === null ? 5 : rankOfObject(value);
  }
}

function rankOfObject(value: unknown): number {
  if (isDoc(value)) return 20;
  if (Array.isArray(value)) return 25;
  if (value instanceof Date) return 45;
  if (value instanceof Timestamp) return 47; // JavaScript sees a Long, so check this first
  if (isNumber(value)) return NUMBER;
  if (value instanceof ObjectId) return 35;
  if (value instanceof Binary) return 30;
  if (value instanceof BSONRegExp) return 50;
  if (value instanceof BSONSymbol) return TEXT;
  if (value instanceof MinKey) return -1;
  return value instanceof MaxKey ? 127 : 60;
}

const isNumber = (value: unknown) =>
  [Long, Double, Int32, Decimal128].some((kind) => value instanceof kind);

/** As MongoDB compares with its simple collation: by type, then by value. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  const type = rank(a);
  if (type !== rank(b)) return type - rank(b);
  if (type === NUMBER) return compareNumbers(exact(a), exact(b));
  if (type === TEXT) return compareTexts(String(a), String(b));
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === 'boolean') return a ? 1 : -1;
  if (isDoc(a) && isDoc(b)) return compareDocs(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  if (a instanceof ObjectId && b instanceof ObjectId) return Buffer.compare(a.id, b.id);
  if (a instanceof Binary && b instanceof Binary)
    return (
      a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value())
    );
  if (a instanceof Timestamp && b instanceof Timestamp) return a.compare(b);
  if (a instanceof BSONRegExp && b instanceof BSONRegExp)
    return compareTexts(a.pattern, b.pattern) || compareTexts(a.options, b.options);
  return type === 60 ? compareTexts(EJSON.stringify(a), EJSON.stringify(b)) : 0;
}

export const isSame = (a: unknown, b: unknown) => compare(a, b) === 0;

/** By UTF-8 bytes, i.e. by code point; UTF-16 orders characters above U+FFFF before U+E000. */
function compareTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

/** Field by field in their order: the types first, then the names, then the values. */
function compareDocs(a: Doc, b: Doc): number {
  const [ours, theirs] = [Object.entries(a), Object.entries(b)];
  for (const [i, [name, value]] of ours.entries()) {
    const other = theirs[i];
    if (!other) return 1;
    const [otherName, otherValue] = other;
    const order =
      rank(value) - rank(otherValue) || compareTexts(name, otherName) || compare(value, otherValue);
    if (order !== 0) return order;
  }
  return ours.length - theirs.length;
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [i, value] of a.entries()) {
    const order = i < b.length ? compare(value, b[i]) : 1;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

type Exact = number | bigint | { over: bigint; under: bigint };

function exact(value: unknown): Exact {
  if (typeof value === 'number') return value;
  if (value instanceof Double || value instanceof Int32) return value.value;
  if (value instanceof Long) return value.toBigInt();
  const [, sign = '', digits = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]\d+))?$/.exec(String(value)) ?? [];
  if (digits === '') return Number(String(value)); // NaN and the infinities
  const over = BigInt(`${sign}${digits}${fraction}`);
  const power = Number(exponent) - fraction.length;
  return power >= 0 ? over * 10n ** BigInt(power) : { over, under: 10n ** BigInt(-power) };
}

/** NaN comes first. JavaScript compares numbers with bigints by their exact values. */
function compareNumbers(a: Exact, b: Exact): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  if (typeof a !== 'object' && typeof b !== 'object') return a < b ? -1 : a > b ? 1 : 0;
  for (const [one, direction] of [
    [a, 1],
    [b, -1],
  ] as const)
    if (one === Number.POSITIVE_INFINITY || one === Number.NEGATIVE_INFINITY)
      return one > 0 ? direction : -direction;
  const [x, y] = [fractionOf(a), fractionOf(b)];
  const [left, right] = [x.over * y.under, y.over * x.under];
  return left < right ? -1 : left > right ? 1 : 0;
}

function fractionOf(value: Exact): { over: bigint; under: bigint } {
  if (typeof value === 'object') return value;
  if (typeof value === 'bigint') return { over: value, under: 1n };
  let [over, under] = [value, 1n];
  for (; !Number.isInteger(over); under *= 2n) over *= 2;
  return { over: BigInt(over), under };
}
