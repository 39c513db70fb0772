import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/evaluation/random.ts';
import {
  clusteringOf,
  type LossSums,
  logEvidence,
  lowerBound,
  upperBound,
} from '../../../src/monitoring/statistics/bounded-mean.ts';

const CENTRE = 0.2;

function sumsOf(losses: readonly number[]): LossSums {
  return {
    rows: losses.length,
    sum: losses.reduce((sum, loss) => sum + loss, 0),
    spread: losses.reduce((sum, loss) => sum + (loss - CENTRE) ** 2, 0),
  };
}

const together = (a: LossSums, b: LossSums): LossSums => ({
  ...{ rows: a.rows + b.rows, sum: a.sum + b.sum, spread: a.spread + b.spread },
});

/** Losses of 0 and 1, or of a square, with this mean. */
function* losses(mean: number, seed: number): Generator<number, never> {
  const random = seededRandom(seed);
  for (;;) yield seed % 2 ? Number(random() < mean) : Math.min(1, 3 * mean * random() ** 2);
}

const take = (source: Generator<number, never>, rows: number): LossSums =>
  sumsOf(Array.from({ length: rows }, () => source.next().value));

describe('monitoring/statistics/bounded-mean', () => {
  it('is evidence that starts at 1, and whose mean stays at most 1 if the hypothesis is true', () => {
    expect(logEvidence({ rows: 0, sum: 0, spread: 0 }, CENTRE)).toBeCloseTo(0, 12);
    const means = [0, 0, 0];
    const runs = 3000;
    for (let run = 0; run < runs; run += 1) {
      const source = losses(CENTRE, run);
      let sums: LossSums = { rows: 0, sum: 0, spread: 0 };
      for (const [look, rows] of [10, 20, 70].entries()) {
        sums = together(sums, take(source, rows));
        means[look] = (means[look] ?? 0) + Math.exp(logEvidence(sums, CENTRE)) / runs;
      }
    }
    for (const mean of means) expect(mean).toBeLessThanOrEqual(1.05);
  });

  it('is a bound that is looked at again and again and seldom exceeds the truth', () => {
    const alpha = 0.1;
    let wrong = 0;
    for (let run = 0; run < 200; run += 1) {
      const source = losses(CENTRE, run);
      let sums: LossSums = { rows: 0, sum: 0, spread: 0 };
      let exceeded = false;
      for (let look = 0; look < 40; look += 1) {
        sums = together(sums, take(source, 25));
        exceeded ||= logEvidence(sums, CENTRE) >= Math.log(1 / alpha);
      }
      if (exceeded) wrong += 1;
    }
    expect(wrong / 200).toBeLessThanOrEqual(alpha);
  });

  it('comes near to a mean with more rows', () => {
    const bounds = [100, 1000, 20_000].map((rows) =>
      lowerBound(take(losses(0.3, 1), rows), 1 / 730),
    );
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    expect(bounds.at(-1)).toBeGreaterThan(0.28);
    expect(bounds.at(-1)).toBeLessThan(0.3);
  });

  it('is below the average as a lower bound, and above it as an upper bound, for any losses', () => {
    const some = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(some, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (values, alpha) => {
        const sums = sumsOf(values);
        const average = Math.min(1, sums.sum / sums.rows);
        expect(lowerBound(sums, alpha)).toBeLessThanOrEqual(average + 1e-9);
        expect(lowerBound(sums, alpha, 3)).toBeLessThanOrEqual(lowerBound(sums, alpha) + 1e-9);
        expect(upperBound(average, sums.rows, alpha)).toBeGreaterThanOrEqual(average - 1e-9);
      }),
    );
  });

  it('solves the bound of Chernoff and Hoeffding', () => {
    // No loss in 100 rows: (1 − mean)^100 = 0.025.
    expect(upperBound(0, 100, 0.025)).toBeCloseTo(1 - 0.025 ** 0.01, 8);
    expect(upperBound(1, 100, 0.025)).toBe(1);
  });

  it('learns how much windows vary, and is not misled by one change', () => {
    const windows = (means: readonly number[]) =>
      means.map((mean, at) => take(losses(mean, 2 * at + 1), 400));
    const flat = Array.from({ length: 30 }, () => 0.2);
    expect(clusteringOf([], CENTRE)).toBe(10);
    expect(clusteringOf(windows(flat), CENTRE)).toBeLessThan(2.6);
    const changed = flat.map((mean, at) => (at < 15 ? mean : 0.4));
    expect(clusteringOf(windows(changed), CENTRE)).toBeLessThan(2.6);
    const stormy = flat.map((mean, at) => (at % 2 ? mean : 0.3));
    expect(clusteringOf(windows(stormy), CENTRE)).toBeGreaterThan(4);
  });
});
