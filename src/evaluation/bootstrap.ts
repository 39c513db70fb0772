import { quantile } from './quantile.ts';
import { seededRandom } from './random.ts';

/** An interval of a difference and the two-sided p of "no difference". */
export type BootstrapInterval = { low: number; high: number; p: number };

export type BootstrapInput = {
  /** `width` stretches, each with one number for every drawn unit: a row, or the sum of an entity's rows. */
  components: Float64Array;
  width: number;
  /**
   * Differences as functions of the summed components, and of how often each unit was drawn; undefined if a
   * draw does not define one.
   */
  statistics: readonly ((sums: Float64Array, times: Int32Array) => number | undefined)[];
  resamples: number;
  seed: number;
  /** With which probability an interval misses; default: 0.05. */
  alpha?: number | undefined;
};

/**
 * Paired percentile bootstrap (Efron 1979) of statistics that are functions of sums over units: units are drawn
 * with replacement, both models' parts together. O(resamples × units). An interval is undefined with fewer than
 * two units, or if half of the draws do not define it.
 */
export function pairedBootstrap(input: BootstrapInput): (BootstrapInterval | undefined)[] {
  const { components, width, statistics, resamples, seed, alpha = 0.05 } = input;
  const units = components.length / width;
  if (units < 2) return statistics.map(() => undefined);

  const random = seededRandom(seed);
  const times = new Int32Array(units);
  const sums = new Float64Array(width);
  const drawn = statistics.map((): number[] => []);
  for (let resample = 0; resample < resamples; resample += 1) {
    times.fill(0);
    for (let draw = 0; draw < units; draw += 1) {
      const unit = Math.floor(random() * units);
      times[unit] = (times[unit] ?? 0) + 1;
    }
    addUp(components, times, sums);
    statistics.forEach((statistic, s) => {
      const value = statistic(sums, times);
      if (value !== undefined) drawn[s]?.push(value);
    });
  }
  return drawn.map((values) =>
    values.length * 2 > resamples ? interval(values, alpha) : undefined,
  );
}

/** Component by component, so that the running sum stays in a register. */
function addUp(components: Float64Array, times: Int32Array, sums: Float64Array): void {
  const units = times.length;
  for (let k = 0; k < sums.length; k += 1) {
    const base = k * units;
    let sum = 0;
    for (let unit = 0; unit < units; unit += 1) {
      sum += (times[unit] ?? 0) * (components[base + unit] ?? 0);
    }
    sums[k] = sum;
  }
}

function interval(values: number[], alpha: number): BootstrapInterval {
  const sorted = Float64Array.from(values).sort();
  let atMostZero = 0;
  let atLeastZero = 0;
  for (const value of sorted) {
    if (value <= 0) atMostZero += 1;
    if (value >= 0) atLeastZero += 1;
  }
  // Davison & Hinkley (1997, 4.1): the sample itself counts as one draw, so p is never 0.
  const tail = (Math.min(atMostZero, atLeastZero) + 1) / (sorted.length + 1);
  const [low, high] = [alpha / 2, 1 - alpha / 2].map((share) => quantile(sorted, share));
  return { low: low ?? Number.NaN, high: high ?? Number.NaN, p: Math.min(1, 2 * tail) };
}
