/** Counts of the same bins on two sides. */
export type Counts = readonly number[];

/**
 * Population stability index: 0.5 is added to each count, bins that are empty on both sides are dropped, Σ (p −
 * q) · ln(p / q). Symmetric, at least 0, in nats. 0 if all bins are empty.
 */
export function psi(a: Counts, b: Counts): number {
  requireSameBins(a, b);
  let [totalA, totalB, sum] = [0, 0, 0];
  for (let bin = 0; bin < a.length; bin += 1) {
    const [x, y] = [a[bin] ?? 0, b[bin] ?? 0];
    if (x + y === 0) continue;
    totalA += x + 0.5;
    totalB += y + 0.5;
  }
  for (let bin = 0; bin < a.length; bin += 1) {
    const [x, y] = [a[bin] ?? 0, b[bin] ?? 0];
    if (x + y === 0) continue;
    const p = (x + 0.5) / totalA;
    const q = (y + 0.5) / totalB;
    sum += (p - q) * Math.log(p / q);
  }
  return sum;
}

/** Jensen–Shannon distance: square root of the base-2 divergence, without smoothing. 0 to 1. */
export function jensenShannon(a: Counts, b: Counts): number {
  const divergence = sumOver(a, b, (p, q) => {
    const middle = (p + q) / 2;
    return (towards(p, middle) + towards(q, middle)) / 2;
  });
  return Math.sqrt(Math.max(0, divergence));
}

/**
 * Hellinger distance √(1 − Σ√(pq)), computed as √(½ Σ (√p − √q)²): the same number, without the rounding that
 * would make equal distributions 1e-8 apart. 0 to 1.
 */
export function hellinger(a: Counts, b: Counts): number {
  return Math.sqrt(sumOver(a, b, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2) / 2);
}

/** Total variation distance ½ Σ |p − q|: the share of rows that would have to move. 0 to 1. */
export function totalVariation(a: Counts, b: Counts): number {
  return sumOver(a, b, (p, q) => Math.abs(p - q)) / 2;
}

/** L∞, the largest change of one bin's share. 0 to 1. */
export function largestChange(a: Counts, b: Counts): number {
  let largest = 0;
  sumOver(a, b, (p, q) => {
    largest = Math.max(largest, Math.abs(p - q));
    return 0;
  });
  return largest;
}

/** The counts of both sides. Throws RangeError if their numbers of bins differ. */
export function pairs(a: Counts, b: Counts): (readonly [number, number])[] {
  requireSameBins(a, b);
  return a.map((count, bin) => [count, b[bin] ?? 0] as const);
}

function requireSameBins(a: Counts, b: Counts): void {
  if (a.length !== b.length) {
    throw new RangeError(
      `Comparing two distributions: ${a.length} bins against ${b.length}; count both into the same bins`,
    );
  }
}

export function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function towards(p: number, middle: number): number {
  return p === 0 ? 0 : p * Math.log2(p / middle);
}

/** Shares, not counts. Throws RangeError if a side is empty. */
function sumOver(a: Counts, b: Counts, term: (p: number, q: number) => number): number {
  const totalA = total(a);
  const totalB = total(b);
  if (totalA === 0 || totalB === 0) {
    throw new RangeError('Comparing two distributions: one side holds no rows; gather some first');
  }
  requireSameBins(a, b);
  let sum = 0;
  for (let bin = 0; bin < a.length; bin += 1)
    sum += term((a[bin] ?? 0) / totalA, (b[bin] ?? 0) / totalB);
  return sum;
}
