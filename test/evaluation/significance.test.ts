import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  fairTossMidP,
  normalTwoSided,
  studentTwoSided,
  Z_95,
} from '../../src/core/distributions.ts';
import { holm } from '../../src/core/holm.ts';
import { delong } from '../../src/evaluation/delong.ts';
import { mcnemar } from '../../src/evaluation/mcnemar.ts';
import { cases, expectClose, expectP, number } from '../reference/reference.ts';

const special = cases(
  'special_functions.json',
  z.object({ fn: z.string(), args: z.array(number), value: z.union([number, z.array(number)]) }),
);
const compared = cases(
  'binary_champion_challenger.json',
  z.object({
    name: z.string(),
    y: z.array(number),
    champion: z.array(number),
    challenger: z.array(number),
    mcnemar: z.object({
      b_champion_only_correct: number,
      c_challenger_only_correct: number,
      midp: number,
      chi2_cc_p: number,
    }),
    delong: z
      .object({
        auc: z.tuple([number, number]),
        diff_challenger_minus_champion: number,
        se: number,
        p_two_sided: number,
        ci95: z.tuple([number, number]),
      })
      .optional(),
  }),
);

describe('evaluation/distributions', () => {
  it('doubles the lower tail of the normal, also far out', () => {
    for (const { args, value } of special.filter(({ fn }) => fn === 'normal_cdf')) {
      const [z = 0] = args;
      if (z <= 0 && z > -37) expectP(normalTwoSided(z), 2 * Number(value));
    }
  });

  it("knows both tails of Student's t", () => {
    const tails = special.filter(({ fn }) => fn === 't_sf2');
    expect(tails.length).toBeGreaterThan(3);
    for (const { args, value } of tails)
      expectP(studentTwoSided(args[0] ?? 0, args[1] ?? 1), Number(value));
  });

  it('returns the 97.5% quantile', () => {
    const found = special.find(({ fn, args }) => fn === 'normal_quantile' && args[0] === 0.025);
    expectClose(Z_95, -Number(found?.value));
  });
});

describe('evaluation/mcnemar', () => {
  const tables = cases(
    'mcnemar.json',
    z.object({ b: number, c: number, midp: number, chi2_cc_p: number }),
  );

  it.each(tables)('agrees with the reference on $b against $c', ({ b, c, midp, chi2_cc_p }) => {
    expectP(mcnemar(b, c), b + c < 25 ? midp : chi2_cc_p);
    expect(mcnemar(c, b)).toBe(mcnemar(b, c));
    if (b + c > 0) expectP(fairTossMidP(b, b + c), midp);
  });

  it('is always a probability', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (b, c) => {
        const p = mcnemar(b, c);
        expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
  });
});

describe('evaluation/delong', () => {
  it.each(compared)('agrees with the definition on $name', ({ y, champion, challenger, ...f }) => {
    const actual = delong(y, champion, challenger);
    if (f.delong === undefined) {
      expect(actual).toBeUndefined();
      return;
    }
    expectClose(actual?.first, f.delong.auc[0]);
    expectClose(actual?.second, f.delong.auc[1]);
    expectClose(actual?.delta, f.delong.diff_challenger_minus_champion);
    expectClose(actual?.standardError, f.delong.se);
    expectP(actual?.p, f.delong.p_two_sided);
    expectClose(actual?.low, f.delong.ci95[0]);
    expectClose(actual?.high, f.delong.ci95[1]);
  });

  it('gives the uninformative interval if a difference has no variance', () => {
    const opposite = delong([0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]);
    expect(opposite).toMatchObject({ delta: 1, standardError: undefined, low: -1, high: 1, p: 1 });
    expect(delong([0, 0, 1], [0.1, 0.6, 0.5], [0.1, 0.2, 0.5])).toMatchObject({ low: -1, high: 1 });
  });

  it('is as precise as the number of entities allows, not the number of rows', () => {
    const fixture = compared.find(({ name }) => name === 'typical_300');
    const { y = [], champion = [], challenger = [] } = fixture ?? {};
    const entities = y.map((_, row) => row);
    const four = <T>(values: T[]): T[] => values.flatMap((value) => [value, value, value, value]);

    const once = delong(y, champion, challenger);
    const own = delong(y, champion, challenger, entities);
    const copied = delong(four(y), four(champion), four(challenger), four(entities));
    expect(own?.standardError).toBeCloseTo(once?.standardError ?? 0, 3);
    expect(copied?.standardError).toBeCloseTo(own?.standardError ?? 0, 12);
    expect(delong(four(y), four(champion), four(challenger))?.standardError).toBeLessThan(
      0.6 * (own?.standardError ?? 0),
    );
  });
});

describe('evaluation/holm', () => {
  const families = cases(
    'multiple_testing.json',
    z.object({ p: z.array(number), holm_adjusted: z.array(number) }),
  );

  it.each(families)('agrees with statsmodels', ({ p, holm_adjusted }) => {
    holm(p).forEach((adjusted, at) => {
      expectClose(adjusted, holm_adjusted[at] ?? Number.NaN);
    });
  });

  it('keeps the order, never lowers a p and stays at most 1', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(p, { maxLength: 30 }), (family) => {
        const pairs = holm(family).map((adjusted, at) => ({ adjusted, raw: family[at] ?? 0 }));
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
