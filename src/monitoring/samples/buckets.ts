/**
 * How values are told apart before they are sorted. Between two of them the line is cut into cells of one width, and
 * each cell into as many buckets as it has of the values: amounts of money crowd near zero.
 */
interface Layout {
  /** Bucket 0 is of what lies below, and the last one of what lies above the cells. */
  low: number;
  /** Cells per unit; 0 where all values go into one bucket. */
  scale: number;
  cells: number;
  /** The first bucket of each cell, and how many it has. */
  firstOf: Int32Array;
  sizeOf: Int32Array;
  buckets: number;
  /** Whether values repeat, so that buckets of one value are worth finding. */
  repeats: boolean;
}

/** Two samples counted into the same buckets. What is larger stands in a later bucket, or in the same. */
export interface Buckets extends Layout {
  counts: readonly [Int32Array, Int32Array];
  /** The bucket of each value, in the order of the sample. */
  bucketsOf: readonly [Uint16Array, Uint16Array];
  /** Where each bucket between the first and the last begins, as a distance from `low`; the last one has it too. */
  from: Float64Array;
  /** Of values that repeat: one of each bucket; NaN of an empty one. */
  first: Float64Array;
  /** 1 where the bucket may hold more than one distinct value. */
  mixed: Uint8Array;
}

/** What is done with the values of a bucket: gathered, or added to the sum with this sign. */
export type Plan = Int8Array;
export const GATHERED = 2;

/** Below so many values, sorting is as fast. */
const FEW = 4096;
const CELLS = 256;
/** Fewer buckets are counted faster, as they fit into a cache, and then more values have to be sorted. */
const MOST = 32_768;
/** Values a bucket holds on average, until there are too many buckets. */
const FILL = 16;
const SAMPLED = 1024;

/**
 * Counts two samples of finite numbers into up to 33,000 buckets, laid out by a few of the values. The layout decides
 * how fast the rest is, and never what comes out.
 */
export function countInto(a: Float64Array, b: Float64Array): Buckets {
  const layout = layOut(a, b);
  const length = layout.buckets;
  const first = new Float64Array(length).fill(Number.NaN);
  const mixed = new Uint8Array(length);
  const counts = [new Int32Array(length), new Int32Array(length)] as const;
  const bucketsOf = [new Uint16Array(a.length), new Uint16Array(b.length)] as const;
  const buckets = { ...layout, counts, bucketsOf, from: startsOf(layout), first, mixed };
  for (const side of [0, 1] as const) {
    const values = side === 0 ? a : b;
    if (layout.repeats) countWithValues(values, bucketsOf[side], counts[side], buckets);
    else count(values, bucketsOf[side], counts[side], layout);
  }
  // Without a look at each value, what is in a bucket may be anything.
  if (!layout.repeats)
    for (let at = 0; at < length; at += 1)
      if ((counts[0][at] ?? 0) + (counts[1][at] ?? 0) > 0) mixed[at] = 1;
  return buckets;
}

/** The bucket of a number: monotone, since each of its steps is. */
export function bucketOf(value: number, layout: Layout): number {
  const at = (value - layout.low) * layout.scale;
  if (at < 0) return 0;
  if (at >= layout.cells) return layout.buckets - 1;
  const cell = at | 0;
  return (layout.firstOf[cell] ?? 0) + (((at - cell) * (layout.sizeOf[cell] ?? 0)) | 0);
}

/**
 * The values that the plan gathers, of which there are `expected`, ascending; and of all others the sum of their
 * distances from `low`, each with the sign of its bucket.
 */
export function gather(
  values: Float64Array,
  side: 0 | 1,
  { low, bucketsOf }: Buckets,
  plan: Plan,
  expected: number,
): { sorted: Float64Array; signed: number } {
  const sorted = new Float64Array(expected);
  const places = bucketsOf[side];
  let [length, signed] = [0, 0];
  for (let row = 0; row < values.length; row += 1) {
    const sign = plan[places[row] ?? 0] ?? 0;
    const value = values[row] ?? 0;
    if (sign === GATHERED) {
      sorted[length] = value;
      length += 1;
    } else signed += sign * (value - low);
  }
  return { sorted: sorted.sort(), signed };
}

function layOut(a: Float64Array, b: Float64Array): Layout {
  const total = a.length + b.length;
  const some = Float64Array.from([...strided(a), ...strided(b)]).sort();
  const low = some[Math.floor(some.length * 0.001)] ?? 0;
  const high = some[Math.ceil(some.length * 0.999) - 1] ?? 0;
  const scale = CELLS / (high - low);
  if (total <= FEW || !(high > low) || !Number.isFinite(scale) || scale === 0)
    return {
      ...{ low, scale: 0, cells: 1, buckets: 3, repeats: false },
      ...{ firstOf: Int32Array.of(1), sizeOf: Int32Array.of(1) },
    };
  const inner = Math.min(MOST, total / FILL);
  const held = new Float64Array(CELLS);
  for (const value of some) {
    const cell = Math.floor((value - low) * scale);
    if (cell >= 0 && cell < CELLS) held[cell] = (held[cell] ?? 0) + 1;
  }
  const sizeOf = Int32Array.from(held, (count) => 1 + (inner * count) / some.length);
  const firstOf = new Int32Array(CELLS);
  let buckets = 1;
  for (let cell = 0; cell < CELLS; cell += 1) {
    firstOf[cell] = buckets;
    buckets += sizeOf[cell] ?? 0;
  }
  const distinct = some.filter((value, at) => value !== some[at - 1]).length;
  const repeats = distinct < some.length * 0.9;
  return { low, scale, cells: CELLS, firstOf, sizeOf, buckets: buckets + 1, repeats };
}

function strided(values: Float64Array): number[] {
  const step = Math.max(1, Math.floor(values.length / SAMPLED));
  const some: number[] = [];
  for (let row = 0; row < values.length; row += step) some.push(values[row] ?? 0);
  return some;
}

function startsOf({ scale, cells, firstOf, sizeOf, buckets }: Layout): Float64Array {
  const from = new Float64Array(buckets);
  for (let cell = 0; cell < cells; cell += 1) {
    const size = sizeOf[cell] ?? 1;
    for (let at = 0; at < size; at += 1)
      from[(firstOf[cell] ?? 0) + at] = (cell + at / size) / scale;
  }
  from[buckets - 1] = cells / scale;
  return from;
}

/** The bucket is worked out here again: a call for each of some million values is half of the time. */
function count(
  values: Float64Array,
  places: Uint16Array,
  counts: Int32Array,
  { low, scale, cells, firstOf, sizeOf, buckets }: Layout,
): void {
  for (let row = 0; row < values.length; row += 1) {
    const at = ((values[row] ?? 0) - low) * scale;
    const cell = at | 0;
    const bucket =
      at < 0
        ? 0
        : at >= cells
          ? buckets - 1
          : (firstOf[cell] ?? 0) + (((at - cell) * (sizeOf[cell] ?? 0)) | 0);
    places[row] = bucket;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
}

function countWithValues(
  values: Float64Array,
  places: Uint16Array,
  counts: Int32Array,
  buckets: Buckets,
): void {
  const { first, mixed } = buckets;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    const bucket = bucketOf(value, buckets);
    places[row] = bucket;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    const known = first[bucket] ?? 0;
    if (known === value) continue;
    if (Number.isNaN(known)) first[bucket] = value;
    else mixed[bucket] = 1;
  }
}
