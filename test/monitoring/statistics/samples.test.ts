import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kolmogorovTail } from '../../../src/monitoring/statistics/distributions.ts';
import {
  kolmogorovSmirnov,
  normalisedWasserstein,
  wasserstein,
} from '../../../src/monitoring/statistics/samples.ts';
import { cases, expectClose, expectP, number } from '../../reference/reference.ts';

const test = z.object({ statistic: number, pvalue: number });
const fixtures = cases(
  'ks_wasserstein.json',
  z.object({
    name: z.string(),
    ref: z.array(number),
    cur: z.array(number),
    exact: test.optional(),
    auto: test,
    kolmogorov_limit_pvalue: number,
    wasserstein: number,
    wasserstein_normed_evidently: number,
  }),
);

describe('monitoring/statistics/samples', () => {
  it.each(fixtures)('agrees with scipy on $name', ({ ref, cur, exact, auto, ...expected }) => {
    const { statistic, p } = kolmogorovSmirnov(ref, cur);
    expectClose(statistic, auto.statistic);
    if (exact !== undefined) expectP(p, exact.pvalue);
    else expect(p / auto.pvalue).toBeCloseTo(1, 1);

    expectClose(wasserstein(ref, cur), expected.wasserstein);
    const normalised = normalisedWasserstein(ref, cur);
    // The fixture divides by at least 0.001; a constant has no scale of its own.
    if (new Set(ref).size === 1) expect(normalised).toBeUndefined();
    else expectClose(normalised, expected.wasserstein_normed_evidently);
  });

  it.each(fixtures)('matches the Kolmogorov limit for $name', ({ ref, cur, auto, ...expected }) => {
    const root = Math.sqrt((ref.length * cur.length) / (ref.length + cur.length));
    expectP(kolmogorovTail(root * auto.statistic), expected.kolmogorov_limit_pvalue);
  });

  it('matches the Kolmogorov tail from end to end', () => {
    const special = cases(
      'special_functions.json',
      z.object({ fn: z.string(), args: z.array(number), value: z.unknown() }),
    );
    const tails = special.filter(({ fn }) => fn === 'kolmogorov_sf');
    expect(tails.length).toBeGreaterThan(10);
    for (const { args, value } of tails) expectP(kolmogorovTail(args[0] ?? 0), Number(value));
  });

  it('switches to the limit without a jump', () => {
    const a = Array.from({ length: 500 }, (_, at) => at / 500);
    const b = Array.from({ length: 500 }, (_, at) => at / 500 + 0.08);
    const exact = kolmogorovSmirnov(a, b);
    const limit = kolmogorovSmirnov([...a, 0.5], b);
    expect(limit.p / exact.p).toBeGreaterThan(0.85);
    expect(limit.p / exact.p).toBeLessThan(1.15);
  });

  const sample = fc.array(
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -5, max: 5, noNaN: true })),
    {
      minLength: 1,
      maxLength: 30,
    },
  );

  it('is symmetric, a probability, and nothing on the same sample', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const forth = kolmogorovSmirnov(a, b);
        const back = kolmogorovSmirnov(b, a);
        expect(forth.statistic).toBe(back.statistic);
        expect(forth.p).toBeCloseTo(back.p, 12);
        expect(forth.p >= 0 && forth.p <= 1).toBe(true);
        expect(kolmogorovSmirnov(a, [...a].reverse())).toEqual({ statistic: 0, p: 1 });
        expect(wasserstein(a, b)).toBeCloseTo(wasserstein(b, a), 10);
        expect(wasserstein(a, a)).toBe(0);
      }),
    );
  });

  it('moves by as much as the sample moves', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: -8, max: 8 }), (a, by) => {
        const moved = a.map((value) => value + by);
        expect(wasserstein(a, moved)).toBeCloseTo(Math.abs(by), 9);
      }),
    );
  });

  it('refuses an empty sample', () => {
    expect(() => kolmogorovSmirnov([], [1])).toThrow(/one sample is empty/);
    expect(() => wasserstein([1], [])).toThrow(/one sample is empty/);
  });
});
