/** How values are told apart before they are sorted: bucket 0 is below `low`, the last one at or above the top. */
interface Layout {
  low: number;
  /** Buckets per unit; 0 where all values go into one bucket. */
  scale: number;
  /** Buckets between the two that are open. */
  inner: number;
}

/** Two samples counted into the same buckets. What is larger stands in a later bucket. */
export interface Buckets extends Layout {
  counts: readonly [Int32Array, Int32Array];
  /** Sums of the values' distances from `low`. */
  sums: readonly [Float64Array, Float64Array];
  /** One value of each bucket; NaN of an empty one. */
  first: Float64Array;
  /** 1 where the bucket holds more than one distinct value. */
  mixed: Uint8Array;
}

/** Below so many values, sorting is as fast. */
const FEW = 4096;
const MOST = 16_384;
/** Values a bucket holds on average, until there are too many buckets. */
const FILL = 32;
const SAMPLED = 1024;

/**
 * Counts two samples of finite numbers into up to 16,384 buckets of equal width between the 0.1 % and the 99.9 %
 * quantile of a few of the values. The layout decides how fast the rest is, and never what comes out.
 */
export function countInto(a: Float64Array, b: Float64Array): Buckets {
  const layout = layOut(a, b);
  const length = layout.inner + 2;
  const first = new Float64Array(length).fill(Number.NaN);
  const mixed = new Uint8Array(length);
  const counts = [new Int32Array(length), new Int32Array(length)] as const;
  const sums = [new Float64Array(length), new Float64Array(length)] as const;
  const buckets = { ...layout, counts, sums, first, mixed };
  count(a, 0, buckets);
  count(b, 1, buckets);
  return buckets;
}

/** The bucket of a number: monotone, since each of its steps is. */
export function bucketOf(value: number, { low, scale, inner }: Layout): number {
  const at = (value - low) * scale;
  return at < 0 ? 0 : at >= inner ? inner + 1 : 1 + (at | 0);
}

/** The values in marked buckets, ascending. */
export function gather(values: Float64Array, layout: Layout, wanted: Uint8Array): Float64Array {
  const { low, scale, inner } = layout;
  const found = new Float64Array(values.length);
  let length = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    const at = (value - low) * scale;
    const bucket = at < 0 ? 0 : at >= inner ? inner + 1 : 1 + (at | 0);
    if (wanted[bucket] === 1) {
      found[length] = value;
      length += 1;
    }
  }
  return found.subarray(0, length).sort();
}

function layOut(a: Float64Array, b: Float64Array): Layout {
  const total = a.length + b.length;
  const some = Float64Array.from([...strided(a), ...strided(b)]).sort();
  const low = some[Math.floor(some.length * 0.001)] ?? 0;
  const high = some[Math.ceil(some.length * 0.999) - 1] ?? 0;
  const inner = Math.min(MOST, 2 ** Math.ceil(Math.log2(total / FILL)));
  const scale = inner / (high - low);
  if (total <= FEW || !(high > low) || !Number.isFinite(scale) || scale === 0)
    return { low, scale: 0, inner: 1 };
  return { low, scale, inner };
}

function strided(values: Float64Array): number[] {
  const step = Math.max(1, Math.floor(values.length / SAMPLED));
  const some: number[] = [];
  for (let row = 0; row < values.length; row += step) some.push(values[row] ?? 0);
  return some;
}

/** The bucket is worked out here again: a call for each of some million values is half of the time. */
function count(values: Float64Array, side: 0 | 1, buckets: Buckets): void {
  const { low, scale, inner, first, mixed } = buckets;
  const counts = buckets.counts[side];
  const sums = buckets.sums[side];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    const at = (value - low) * scale;
    const bucket = at < 0 ? 0 : at >= inner ? inner + 1 : 1 + (at | 0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    sums[bucket] = (sums[bucket] ?? 0) + (value - low);
    const known = first[bucket];
    if (known !== value) {
      if (Number.isNaN(known)) first[bucket] = value;
      else mixed[bucket] = 1;
    }
  }
}
