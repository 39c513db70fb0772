/** A category as the mean of what the training rows have with it. */
export interface Encoding {
  values: Map<string, number>;
  /** For a category that the training rows did not hold, and for null. */
  unseen: number;
}

type Categories = readonly (string | null)[];

/** Pseudo-rows at the overall mean: an airport with five flights says little of its own. */
const SMOOTHING = 20;
const FOLDS = 5;

/**
 * Smoothed target encoding, (sum + k·mean) / (rows + k) with k = 20, as float32
 * (D. Micci-Barreca, SIGKDD Explorations 3:1, 2001). `target` is what is averaged, one value a row.
 * `rowFilter` leaves rows out; without it every row counts.
 */
export function targetEncoding(
  categories: Categories,
  target: Float64Array,
  rowFilter: (row: number) => boolean = () => true,
): Encoding {
  const tallies = new Map<string, { rows: number; sum: number }>();
  let rows = 0;
  let sum = 0;
  categories.forEach((category, row) => {
    if (!rowFilter(row)) return;
    const value = target[row] ?? 0;
    rows += 1;
    sum += value;
    if (category === null) return;
    const tally = tallies.get(category) ?? { rows: 0, sum: 0 };
    tally.rows += 1;
    tally.sum += value;
    tallies.set(category, tally);
  });
  const mean = rows === 0 ? 0 : sum / rows;
  const values = new Map<string, number>();
  // Sorted, so that the same rows in another order give the same model file.
  for (const [category, tally] of [...tallies].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const smoothed = (tally.sum + SMOOTHING * mean) / (tally.rows + SMOOTHING);
    values.set(category, Math.fround(smoothed));
  }
  return { values, unseen: Math.fround(mean) };
}

export function encode(categories: Categories, encoding: Encoding): Float32Array {
  return Float32Array.from(categories, (category) => encoded(category, encoding));
}

/**
 * Encodes each training row by the rows of the other folds: by its own label too, a rare
 * category would tell the trees the answer.
 */
export function encodeOutOfFold(
  categories: Categories,
  target: Float64Array,
  seed: number,
): Float32Array {
  const fold = Uint8Array.from(categories, (_, row) => scramble(row, seed) % FOLDS);
  const out = new Float32Array(categories.length);
  for (let held = 0; held < FOLDS; held += 1) {
    const encoding = targetEncoding(categories, target, (row) => fold[row] !== held);
    categories.forEach((category, row) => {
      if (fold[row] === held) out[row] = encoded(category, encoding);
    });
  }
  return out;
}

function encoded(category: string | null, { values, unseen }: Encoding): number {
  return category === null ? unseen : (values.get(category) ?? unseen);
}

/** The finaliser of MurmurHash3: 32 well mixed bits of a row number and a seed. */
function scramble(row: number, seed: number): number {
  let bits = (row ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
