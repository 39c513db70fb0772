import cdf from '@stdlib/stats-base-dists-normal-cdf';

/** Random numbers that are the same for the same seed. */
export interface Random {
  /** From 0 to below 1. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Successes of n trials: by the normal approximation where it is good, else by trying. */
  binomial(n: number, p: number): number;
}

/** By the generator "mulberry32" of Tommy Ettinger, and the polar method of Marsaglia and Bray. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  let spare: number | undefined;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
  const binomial = (n: number, p: number) => {
    if (n <= 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (n * Math.min(p, 1 - p) > 9) {
      const drawn = Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal());
      return Math.max(0, Math.min(n, drawn));
    }
    // Waiting times until the next of the rarer outcome.
    const rare = Math.min(p, 1 - p);
    let hits = 0;
    for (let at = wait(uniform(), rare); at <= n; at += wait(uniform(), rare)) hits += 1;
    return p === rare ? hits : n - hits;
  };
  return { uniform, normal, binomial };
}

function wait(uniform: number, p: number): number {
  return Math.floor(Math.log(1 - uniform) / Math.log(1 - p)) + 1;
}

const STEP = 0.005;
const END = 8;
const TABLE = Float64Array.from({ length: (2 * END) / STEP + 2 }, (_, at) =>
  cdf(at * STEP - END, 0, 1),
);

/** The normal distribution function, from a table: within 3e-6. */
export function normalShare(z: number): number {
  if (z <= -END) return 0;
  if (z >= END) return 1;
  const place = (z + END) / STEP;
  const at = Math.floor(place);
  const low = TABLE[at] ?? 0;
  return low + (place - at) * ((TABLE[at + 1] ?? 1) - low);
}
