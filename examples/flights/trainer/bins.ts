/** One feature of the training rows in at most 255 bins. */
export interface Binned {
  /** Bin of each row. */
  bins: Uint8Array;
  /** `edges[b]` parts bin b from b + 1: a row lies in bin b or lower when its value <= edges[b]. */
  edges: Float64Array;
}

/** The last of the 255 bins is kept for missing values. */
const FINITE_BINS = 254;

/**
 * Bins float32 values by quantile, one bin a value where there are few of them. NaN goes to a bin
 * above all others, since a served `NaN <= edge` is false and takes the same branch.
 */
export function bin(values: Float32Array): Binned {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = edgesOf(present);
  // `<= Infinity` parts the missing values from the present ones.
  if (present.length < values.length) edges.push(Number.POSITIVE_INFINITY);
  const sorted = Float64Array.from(edges);
  return { bins: Uint8Array.from(values, (value) => binOf(value, sorted)), edges: sorted };
}

function edgesOf(sorted: Float32Array): number[] {
  const edges: number[] = [];
  const target = sorted.length / FINITE_BINS;
  const distinct = new Set(sorted).size;
  let filled = 0;
  for (let at = 0; at + 1 < sorted.length; at += 1) {
    filled += 1;
    const here = sorted[at] ?? 0;
    const next = sorted[at + 1] ?? 0;
    if (here === next || (distinct > FINITE_BINS && filled < target)) continue;
    edges.push(between(here, next));
    filled = 0;
  }
  return edges;
}

/** A float32 e with low <= e < high: the middle may round up to `high` itself. */
function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle >= low && middle < high ? middle : low;
}

function binOf(value: number, edges: Float64Array): number {
  if (Number.isNaN(value)) return edges.length;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
