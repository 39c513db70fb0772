import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../bench/alarms/random.ts';
import { predictionPowered } from '../../../src/monitoring/estimate/prediction-powered.ts';
import { tries } from '../../sweep.ts';

/** Sums of these are exact: adding a number to all of them must not lose their differences. */
const share = fc.integer({ min: 0, max: 1024 }).map((parts) => parts / 1024);
const pairs = fc.array(fc.tuple(share, share), { minLength: 5, maxLength: 60 });
const more = fc.array(share, { maxLength: 200 });
const inputOf = (rows: [number, number][], others: number[]) => {
  const losses = Float64Array.from(rows, ([loss]) => loss);
  const expected = Float64Array.from(rows, ([, one]) => one);
  return { all: Float64Array.from([...expected, ...others]), labelled: { losses, expected } };
};
const mean = (all: ArrayLike<number>) =>
  Array.from(all).reduce((sum, one) => sum + one, 0) / all.length;

const whole = (all: Float64Array) => ({ rows: all.length, mean: mean(all) });

describe('an estimate combined with a few labels', () => {
  it('is the mean of the labels where all rows have one, or where expected losses are all one', () => {
    fc.assert(
      fc.property(pairs, share, more, (rows, constant, others) => {
        const { all, labelled } = inputOf(rows, []);
        expect(predictionPowered(whole(all), labelled).mean).toBeCloseTo(mean(labelled.losses), 9);
        const flat = inputOf(
          rows.map(([loss]) => [loss, constant]),
          others.map(() => constant),
        );
        const found = predictionPowered(whole(flat.all), flat.labelled);
        expect(found.mean).toBeCloseTo(mean(labelled.losses), 9);
      }),
      tries(100),
    );
  });

  it('does not depend on the order of rows, nor on what is added to every expected loss', () => {
    fc.assert(
      fc.property(pairs, more, share, (rows, others, added) => {
        const one = inputOf(rows, others);
        const two = inputOf(
          rows.toReversed().map(([loss, expected]) => [loss, expected + added]),
          others.toReversed().map((expected) => expected + added),
        );
        const [a, b] = [one, two].map(({ all, labelled }) =>
          predictionPowered(whole(all), labelled),
        );
        expect(b?.mean).toBeCloseTo(a?.mean ?? Number.NaN, 6);
        expect(b?.error).toBeCloseTo(a?.error ?? Number.NaN, 6);
      }),
      tries(100),
    );
  });

  it('is hardly ever less certain than the labels alone, and weighs from 0 to 1', () => {
    fc.assert(
      fc.property(pairs, more, (rows, others) => {
        const { all, labelled } = inputOf(rows, others);
        const { weight, error } = predictionPowered(whole(all), labelled);
        const alone = predictionPowered(
          { rows: rows.length, mean: 0 },
          {
            ...labelled,
            expected: new Float64Array(rows.length),
          },
        );
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(weight).toBeLessThanOrEqual(1);
        expect(alone.weight).toBe(0);
        expect(error).toBeLessThanOrEqual(alone.error + 1e-9);
      }),
      tries(100),
    );
  });

  it('refuses what it cannot combine', () => {
    const three = Float64Array.of(0, 1, 0);
    expect(() =>
      predictionPowered(whole(three), { losses: three.slice(1), expected: three.slice(1) }),
    ).toThrow('at least three');
    expect(() =>
      predictionPowered(whole(three.slice(1)), { losses: three, expected: three }),
    ).toThrow('all of them among');
  });

  /**
   * The Brier score of 2,000 rows, few of which have labels. Where the world has changed, rows of which the calibration
   * expects p are positive with (p + 0.3) / 1.6. The tables of docs/monitor-estimated.md.
   */
  it.each([
    { few: 100, changed: true },
    { few: 300, changed: true },
    { few: 100, changed: false },
    { few: 300, changed: false },
  ])('covers the truth with $few labels, changed: $changed', ({ few, changed }) => {
    const random = createRandom(few);
    const [runs, rows] = [400, 2000];
    const found = { covered: 0, three: 0, estimated: 0, width: 0 };
    for (let run = 0; run < runs; run += 1) {
      const expected = new Float64Array(rows);
      const losses = new Float64Array(few);
      let truth = 0;
      for (let row = 0; row < rows; row += 1) {
        const p = random.uniform() ** 3;
        expected[row] = p * (1 - p);
        const now = changed ? (p + 0.3) / 1.6 : p;
        truth += (now * (1 - p) ** 2 + (1 - now) * p ** 2) / rows;
        if (row < few) losses[row] = ((random.uniform() < now ? 1 : 0) - p) ** 2;
      }
      const labelled = { losses, expected: expected.slice(0, few) };
      const { mean: value, error } = predictionPowered(whole(expected), labelled);
      const alone = predictionPowered(
        { rows, mean: 0 },
        {
          losses,
          expected: new Float64Array(few),
        },
      );
      const off = Math.abs(value - truth);
      if (off < 1.96 * error) found.covered += 1 / runs;
      if (off < 3 * error) found.three += 1 / runs;
      if (Math.abs(mean(expected) - truth) < 0.01) found.estimated += 1 / runs;
      found.width += error / alone.error / runs;
    }
    expect(found.covered).toBeGreaterThan(0.9);
    expect(found.three).toBeGreaterThan(0.97);
    // The estimate alone is right only if nothing has changed.
    expect(Math.round(found.estimated)).toBe(changed ? 0 : 1);
    expect(found.width).toBeLessThanOrEqual(1);
  });
});
