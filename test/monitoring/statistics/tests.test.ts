import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chiSquareTail } from '../../../src/monitoring/statistics/distributions.ts';
import {
  benjaminiHochberg,
  chiSquareHomogeneity,
  twoProportions,
} from '../../../src/monitoring/statistics/tests.ts';
import { cases, expectClose, expectP, number } from '../../reference/reference.ts';

const tables = cases(
  'categorical.json',
  z.object({
    name: z.string(),
    keys: z.array(z.string()),
    ref: z.record(z.string(), number),
    cur: z.record(z.string(), number),
    chi2_homogeneity: z
      .object({ statistic: number, pvalue: number, dof: number, min_expected: number })
      .optional(),
    z_two_prop: z.object({ z: number, pvalue: number }).optional(),
  }),
);

describe('monitoring/statistics/tests', () => {
  it('matches the upper tail of chi-square', () => {
    const special = cases(
      'special_functions.json',
      z.object({ fn: z.string(), args: z.array(number), value: z.unknown() }),
    );
    const tails = special.filter(({ fn }) => fn === 'chi2_sf');
    expect(tails.length).toBeGreaterThan(50);
    for (const { args, value } of tails) {
      expectP(chiSquareTail(args[0] ?? 0, args[1] ?? 0), Number(value));
    }
  });

  it.each(tables)('agrees with scipy on $name', ({ keys, ref, cur, chi2_homogeneity: found }) => {
    const a = keys.map((key) => ref[key] ?? 0);
    const b = keys.map((key) => cur[key] ?? 0);
    const whole = chiSquareHomogeneity(a, b, { poolBelow: 0 });
    const pooled = chiSquareHomogeneity(a, b);
    if (found === undefined) {
      expect(whole).toEqual({ statistic: 0, degrees: 0, p: 1 });
      return;
    }
    expectClose(whole.statistic, found.statistic);
    expectP(whole.p, found.pvalue);
    expect(whole.degrees).toBe(found.dof);
    if (found.min_expected >= 5) expect(pooled).toEqual(whole);
    else expect(pooled.degrees).toBeLessThan(found.dof);
  });

  it('pools bins that expect fewer than 5 rows, and no others', () => {
    // Equal sides: a bin of fewer than 10 rows in total expects fewer than 5 on each.
    const pooled = chiSquareHomogeneity([50, 40, 3, 4, 3], [40, 45, 6, 3, 6]);
    expect(pooled).toEqual(chiSquareHomogeneity([50, 40, 10], [40, 45, 15], { poolBelow: 0 }));
    // A pool that is still too small absorbs the smallest remaining bin.
    const joined = chiSquareHomogeneity([58, 40, 2], [55, 42, 3]);
    expect(joined).toEqual(chiSquareHomogeneity([58, 42], [55, 45], { poolBelow: 0 }));
  });

  it('has nothing to test in one bin or on an empty side', () => {
    for (const [a, b] of [
      [[10], [12]],
      [
        [0, 0],
        [4, 9],
      ],
      [
        [2, 1],
        [1, 1],
      ],
      [[], []],
    ] as const) {
      expect(chiSquareHomogeneity(a, b).p).toBe(1);
    }
  });

  it('tests two shares as statsmodels does', () => {
    const binary = tables.find(({ name }) => name === 'binary');
    const [a0 = 0, a1 = 0] = Object.values(binary?.ref ?? {});
    const [b0 = 0, b1 = 0] = Object.values(binary?.cur ?? {});
    expectP(twoProportions(a1, a0 + a1, b1, b0 + b1), binary?.z_two_prop?.pvalue ?? Number.NaN);
    expect(twoProportions(0, 100, 0, 50)).toBe(1);
    expect(twoProportions(100, 100, 50, 50)).toBe(1);
    expect(twoProportions(0, 0, 3, 50)).toBe(1);
  });

  it('is always a probability', () => {
    const bins = fc.array(fc.tuple(fc.nat(900), fc.nat(900)), { maxLength: 12 });
    fc.assert(
      fc.property(bins, (rows) => {
        const a = rows.map(([x]) => x);
        const b = rows.map(([, y]) => y);
        const { p } = chiSquareHomogeneity(a, b);
        expect(p >= 0 && p <= 1).toBe(true);
        expect(chiSquareHomogeneity(b, a).p).toBeCloseTo(p, 9);
        const [x = 0, y = 0] = rows[0] ?? [];
        const share = twoProportions(x, 900, y, 900);
        expect(share >= 0 && share <= 1).toBe(true);
      }),
    );
  });
});

describe('monitoring/statistics/benjaminiHochberg', () => {
  const families = cases(
    'multiple_testing.json',
    z.object({ p: z.array(number), bh_adjusted: z.array(number) }),
  );

  it.each(families)('agrees with statsmodels', ({ p, bh_adjusted }) => {
    benjaminiHochberg(p).forEach((adjusted, at) => {
      expectClose(adjusted, bh_adjusted[at] ?? Number.NaN);
    });
  });

  it('keeps the order, never lowers a p and stays at most 1', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { maxLength: 30 }), (family) => {
        const pairs = benjaminiHochberg(family).map((adjusted, at) => ({
          adjusted,
          raw: family[at] ?? 0,
        }));
        pairs.sort((a, b) => a.raw - b.raw);
        pairs.forEach(({ adjusted, raw }, at) => {
          expect(adjusted).toBeGreaterThanOrEqual(raw);
          expect(adjusted).toBeLessThanOrEqual(1);
          expect(adjusted).toBeGreaterThanOrEqual(pairs[at - 1]?.adjusted ?? 0);
        });
      }),
    );
  });
});
