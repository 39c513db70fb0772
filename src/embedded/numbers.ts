import { Decimal128, Double, Long } from 'bson';
import { StoreError } from './errors.ts';
import { double, isInt32 } from './values.ts';

/**
 * The sum, of the wider of both types: int32, int64, double. An int32 that overflows becomes an int64.
 * @throws StoreError 2 for what is no such number, or a sum beyond 64 bits
 */
export function add(a: unknown, b: unknown): unknown {
  const [x, y] = [integer(a), integer(b)];
  if (x === undefined || y === undefined) return double(real(a) + real(b));
  const sum = x + y;
  if (sum !== BigInt.asIntN(64, sum)) throw new StoreError(2, `$inc: ${x} + ${y} overflows`);
  const stays = !(a instanceof Long) && !(b instanceof Long) && isInt32(Number(sum));
  return stays ? Number(sum) : Long.fromBigInt(sum);
}

function integer(value: unknown): bigint | undefined {
  if (value instanceof Long) return value.toBigInt();
  return typeof value === 'number' && isInt32(value) ? BigInt(value) : undefined;
}

function real(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Double || value instanceof Long) return Number(value);
  if (value instanceof Decimal128)
    throw new StoreError(2, '$inc of a decimal is not supported here');
  throw new StoreError(2, `$inc takes numbers, not ${String(value)}`);
}
