import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { entry, inverse } from '../../../src/monitoring/shift/matrix.ts';
import { momentsByLabel, momentsOf } from '../../../src/monitoring/shift/moments.ts';
import { estimatePrevalence } from '../../../src/monitoring/shift/prevalence.ts';

/** Rows with label frequencies `shares`; answers depend on the label only. */
function drawn(rows: number, shares: readonly number[], clarity: number, random: () => number) {
  const width = shares.length;
  const answers = new Float64Array(rows * width);
  const labels = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let left = random();
    const label = Math.max(
      0,
      shares.findIndex((share) => {
        left -= share;
        return left < 0;
      }),
    );
    labels[row] = label;
    const weights = shares.map((_, at) => random() + (at === label ? clarity : 0));
    const sum = weights.reduce((all, one) => all + one, 0);
    answers.set(
      weights.map((one) => one / sum),
      row * width,
    );
  }
  return { labels, answers };
}

const scoresOf = ({ answers }: { answers: Float64Array }) =>
  answers.filter((_, at) => at % 2 === 1);

describe('monitoring/shift', () => {
  it.each([
    { name: 'two labels', before: [0.8, 0.2], after: [0.6, 0.4] },
    { name: 'three labels', before: [0.5, 0.3, 0.2], after: [0.2, 0.3, 0.5] },
    {
      name: 'six labels',
      before: [0.3, 0.2, 0.2, 0.1, 0.1, 0.1],
      after: [0.1, 0.1, 0.1, 0.1, 0.3, 0.3],
    },
  ])('finds the shares of $name, and its errors are those of repetitions', ({ before, after }) => {
    const random = seededRandom(7);
    const standardized = Array.from({ length: 60 }, () => {
      const evaluated = drawn(2000, before, 1, random);
      const window = drawn(1000, after, 1, random);
      const { shares } = estimatePrevalence(
        momentsByLabel(evaluated.labels, evaluated.answers, before.length),
        momentsOf(window.answers, before.length),
        100,
      );
      return (shares ?? []).map(({ estimated, error }, at) => {
        expect(Math.abs(estimated - (after[at] ?? 0))).toBeLessThan(6 * error);
        return (estimated - (after[at] ?? 0)) / error;
      });
    });
    // The window's label frequencies vary around `after`, which is part of the error.
    for (const at of after.keys()) {
      const of = standardized.map((one) => one[at] ?? Number.NaN);
      const mean = of.reduce((sum, one) => sum + one / of.length, 0);
      const spread = Math.sqrt(of.reduce((sum, one) => sum + (one - mean) ** 2 / of.length, 0));
      expect(Math.abs(mean), `mean of ${at}`).toBeLessThan(0.5);
      expect(spread, `spread of ${at}`).toBeGreaterThan(0.7);
      expect(spread, `spread of ${at}`).toBeLessThan(1.35);
    }
  });

  it('is the formula of textbooks for a classifier of yes or no', () => {
    // Decisions as answers: (share of yes − false positive rate) / (true positive rate − false positive rate).
    const labels = Float64Array.from({ length: 1000 }, (_, row) => (row < 300 ? 1 : 0));
    const scores = Float64Array.from(labels, (label, row) =>
      label === 1 ? Number(row % 10 < 8) : Number(row % 10 < 1),
    );
    const window = momentsOf(
      Float64Array.from({ length: 500 }, (_, row) => Number(row < 225)),
      1,
    );
    const { shares, condition } = estimatePrevalence(momentsByLabel(labels, scores, 1), window, 10);
    expect(shares?.[1]?.estimated).toBeCloseTo((0.45 - 0.1) / (0.8 - 0.1), 12);
    expect(shares?.[1]?.evaluated).toBe(0.3);
    expect(condition).toBeCloseTo((0.9 + 0.2) / 0.7 + 0, 1);
    const variance =
      ((0.45 * 0.55) / 500 + (0.5 ** 2 * 0.16) / 300 + (0.5 ** 2 * 0.09) / 700) / 0.49;
    expect(shares?.[1]?.error).toBeCloseTo(Math.sqrt(variance), 9);
  });

  it('estimates a score as it estimates two probabilities', () => {
    const random = seededRandom(3);
    const evaluated = drawn(1000, [0.7, 0.3], 1, random);
    const window = drawn(500, [0.4, 0.6], 1, random);
    const two = estimatePrevalence(
      momentsByLabel(evaluated.labels, evaluated.answers, 2),
      momentsOf(window.answers, 2),
      25,
    );
    const one = estimatePrevalence(
      momentsByLabel(evaluated.labels, scoresOf(evaluated), 1),
      momentsOf(scoresOf(window), 1),
      25,
    );
    expect(one.condition).toBeCloseTo(two.condition, 6);
    expect(one.shares?.[1]?.estimated).toBeCloseTo(two.shares?.[1]?.estimated ?? 0, 6);
    expect(one.shares?.[1]?.error).toBeCloseTo(two.shares?.[1]?.error ?? 0, 6);
  });

  it('refuses a model that answers all labels alike, a rare label, and no rows', () => {
    const random = seededRandom(5);
    const blind = drawn(2000, [0.5, 0.5], 0, random);
    const window = momentsOf(blind.answers, 2);
    const alike = estimatePrevalence(momentsByLabel(blind.labels, blind.answers, 2), window, 1e9);
    expect(alike.shares).toBeUndefined();
    const same = momentsByLabel([0, 1], [0.5, 0.5], 1);
    expect(estimatePrevalence(same, momentsOf([0.5], 1), 1e9)).toEqual({
      ...{ condition: Number.POSITIVE_INFINITY, shares: undefined },
    });
    const clear = drawn(2000, [0.995, 0.005], 5, random);
    const rare = momentsByLabel(clear.labels, clear.answers, 2);
    expect(estimatePrevalence(rare, momentsOf(clear.answers, 2), 25).shares).toBeUndefined();
    const plain = drawn(2000, [0.5, 0.5], 1, random);
    const known = momentsByLabel(plain.labels, plain.answers, 2);
    expect(estimatePrevalence(known, momentsOf([], 2), 25).shares).toBeUndefined();
    const { condition } = estimatePrevalence(known, momentsOf(plain.answers, 2), 25);
    expect(estimatePrevalence(known, window, condition * 0.99).shares).toBeUndefined();
    expect(estimatePrevalence(known, window, condition * 1.01).shares).toBeDefined();
  });

  it('is exact on the rows that it was fitted on, and the shares add up to 1', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 1000 }), (weights, seed) => {
        const sum = weights.reduce((all, one) => all + one, 0);
        const rows = drawn(
          3000,
          weights.map((one) => one / sum),
          1,
          seededRandom(seed),
        );
        const width = weights.length;
        const found = estimatePrevalence(
          momentsByLabel(rows.labels, rows.answers, width),
          momentsOf(rows.answers, width),
          1e6,
        ).shares;
        if (!found) throw new Error('refused');
        for (const { estimated, evaluated } of found) expect(estimated).toBeCloseTo(evaluated, 9);
        expect(found.reduce((all, { estimated }) => all + estimated, 0)).toBeCloseTo(1, 9);
      }),
      { numRuns: 20 },
    );
  });

  it('inverts a matrix, also where rows must be swapped', () => {
    const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 9, maxLength: 9 });
    // The largest entry of each row is off the diagonal.
    const columns = [1, 2, 0];
    fc.assert(
      fc.property(values, (given) => {
        const matrix = {
          width: 3,
          values: Float64Array.from(given, (value, at) =>
            at % 3 === columns[Math.floor(at / 3)] ? value + 30 : value,
          ),
        };
        const found = inverse(matrix);
        for (let row = 0; row < 3; row += 1)
          for (let column = 0; column < 3; column += 1) {
            const product = [0, 1, 2].reduce(
              (sum, at) =>
                sum + entry(matrix, row, at) * (found ? entry(found, at, column) : Number.NaN),
              0,
            );
            expect(product).toBeCloseTo(row === column ? 1 : 0, 9);
          }
      }),
    );
    expect(inverse({ width: 2, values: Float64Array.of(0, 1, 1, 0) })?.values).toEqual(
      Float64Array.of(0, 1, 1, 0),
    );
    expect(inverse({ width: 2, values: Float64Array.of(1, 2, 2, 4) })).toBeUndefined();
  });
});
