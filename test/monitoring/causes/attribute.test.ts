import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute } from '../../../src/monitoring/causes/attribute.ts';
import { tries } from '../../sweep.ts';

const BINS = 4;
const row = fc.tuple(
  fc.integer({ min: 0, max: BINS - 1 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const rows = fc.array(row, { minLength: 1, maxLength: 60 });
type Rows = readonly (readonly [number, number])[];

const before = (given: Rows) => {
  const [counts, sums] = [new Array<number>(BINS).fill(0), new Array<number>(BINS).fill(0)];
  for (const [bin, loss] of given) {
    counts[bin] = (counts[bin] ?? 0) + 1;
    sums[bin] = (sums[bin] ?? 0) + loss;
  }
  return { counts, sums };
};
const found = (then: Rows, now: Rows) =>
  attribute(
    before(then),
    Int32Array.from(now, ([bin]) => bin),
    Float64Array.from(now, ([, loss]) => loss),
  );
const mean = (given: Rows) => given.reduce((sum, [, loss]) => sum + loss, 0) / given.length;

describe('monitoring/causes/attribute', () => {
  it('splits the change of the mean loss exactly', () => {
    fc.assert(
      fc.property(rows, rows, (then, now) => {
        const { effect = 0, within = 0 } = found(then, now) ?? {};
        expect(effect + within).toBeCloseTo(mean(now) - mean(then), 10);
      }),
      tries(400),
    );
  });

  it('finds no effect where nothing moved, however the loss changed', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (then, by) => {
        const { effect, error } =
          found(
            then,
            then.map(([bin, loss]) => [bin, loss + by]),
          ) ?? {};
        expect(effect).toBeCloseTo(0, 10);
        expect(error).toBeCloseTo(0, 10);
      }),
      tries(200),
    );
  });

  it('finds no effect of a move if the loss rose alike in all bins that had the same', () => {
    const then = [
      [0, 0.1],
      [0, 0.1],
      [1, 0.1],
      [1, 0.1],
    ] as const;
    const now = [
      [0, 0.3],
      [1, 0.3],
      [1, 0.3],
      [1, 0.3],
    ] as const;
    expect(found(then, now)).toMatchObject({ effect: expect.closeTo(0, 12) });
  });

  it('attributes what rows cost in the bin that they moved to, and names it', () => {
    const then = [
      [0, 0.1],
      [0, 0.1],
      [0, 0.1],
      [1, 0.5],
    ] as const;
    const now = [
      [0, 0.1],
      [1, 0.5],
      [1, 0.5],
      [1, 0.5],
    ] as const;
    const { effect, within, most } = found(then, now) ?? {};
    expect(effect).toBeCloseTo(0.2, 12);
    expect(within).toBeCloseTo(0, 12);
    expect(most).toEqual({ bin: 1, before: 0.25, now: 0.75 });
  });

  it('has a standard error that simulated effects have', () => {
    const then = Array.from({ length: 4000 }, (_, n) => [n % BINS, (n % 3) / 3] as const);
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const draw = () =>
      found(
        then,
        Array.from({ length: 400 }, () => {
          const bin = Math.floor(random() ** 2 * BINS);
          return [bin, Number(random() < 0.2 + 0.15 * bin)] as const;
        }),
      );
    const drawn = Array.from({ length: 300 }, draw);
    const effects = drawn.map((one) => one?.effect ?? 0);
    const average = effects.reduce((sum, one) => sum + one, 0) / effects.length;
    const spread = Math.sqrt(effects.reduce((sum, one) => sum + (one - average) ** 2, 0) / 299);
    const told = drawn.reduce((sum, one) => sum + (one?.error ?? 0), 0) / 300;
    expect(told / spread).toBeGreaterThan(0.75);
    expect(told / spread).toBeLessThan(1.35);
  });
});
