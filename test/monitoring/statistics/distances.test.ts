import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  hellinger,
  jensenShannon,
  largestChange,
  psi,
  totalVariation,
} from '../../../src/monitoring/statistics/distances.ts';
import { cases, expectClose, number } from '../../reference/reference.ts';

const distances = {
  js_distance_base2: number,
  hellinger: number,
  tvd: number,
  l_infinity: number,
};
const binned = cases(
  'psi_recommended.json',
  z.object({
    name: z.string(),
    ref_counts: z.array(number),
    cur_counts: z.array(number),
    psi: number,
    ...distances,
  }),
);
const categorical = cases(
  'categorical.json',
  z.object({
    name: z.string(),
    keys: z.array(z.string()),
    ref: z.record(z.string(), number),
    cur: z.record(z.string(), number),
    psi_recommended: number,
    js_base2: number,
    hellinger: number,
    tvd: number,
    l_infinity: number,
  }),
);
const evidently = cases(
  'psi_kl_js_evidently.json',
  z.object({
    ...{ name: z.string(), ref_rows: number, cur_rows: number },
    ...{ p: z.array(number), q: z.array(number), js_distance_base2: number },
  }),
);
const fixtures = [
  ...binned,
  ...categorical.map(({ keys, ref, cur, ...expected }) => ({
    ...expected,
    ref_counts: keys.map((key) => ref[key] ?? 0),
    cur_counts: keys.map((key) => cur[key] ?? 0),
    psi: expected.psi_recommended,
    js_distance_base2: expected.js_base2,
  })),
];

describe('monitoring/statistics/distances', () => {
  it.each(evidently)('has the Jensen–Shannon distance of Evidently on $name', (one) => {
    // It fills empty bins before it stores the shares, but not for this distance.
    const counts = (shares: readonly number[], rows: number) =>
      shares.map((share) => (share <= 1e-4 ? 0 : Math.round(share * rows)));
    const found = jensenShannon(counts(one.p, one.ref_rows), counts(one.q, one.cur_rows));
    expect(found).toBeCloseTo(one.js_distance_base2, 9);
  });

  it.each(fixtures)('agrees with the reference on $name', ({ ref_counts, cur_counts, ...f }) => {
    expectClose(psi(ref_counts, cur_counts), f.psi);
    expectClose(jensenShannon(ref_counts, cur_counts), f.js_distance_base2);
    expectClose(hellinger(ref_counts, cur_counts), f.hellinger);
    expectClose(totalVariation(ref_counts, cur_counts), f.tvd);
    expectClose(largestChange(ref_counts, cur_counts), f.l_infinity);
  });

  const measures = { psi, jensenShannon, hellinger, totalVariation, largestChange };
  const counts = fc
    .array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 12 })
    .filter((bins) => bins.some(([a]) => a > 0) && bins.some(([, b]) => b > 0));

  it.each(Object.entries(measures))('%s is symmetric, and 0 on the same', (name, measure) => {
    fc.assert(
      fc.property(counts, (bins) => {
        const a = bins.map(([x]) => x);
        const b = bins.map(([, y]) => y);
        expect(measure(a, b)).toBeCloseTo(measure(b, a), 12);
        expect(measure(a, b)).toBeGreaterThanOrEqual(0);
        if (name !== 'psi') expect(measure(a, b)).toBeLessThanOrEqual(1 + 1e-12);
        expect(measure(a, a)).toBe(0);
      }),
    );
  });

  it('drops bins that are empty on both sides', () => {
    expect(psi([5, 0, 9], [7, 0, 2])).toBe(psi([5, 9], [7, 2]));
  });

  it('refuses empty sides, and bins that do not match', () => {
    expect(() => jensenShannon([0, 0], [1, 2])).toThrow(/holds no rows/);
    expect(() => psi([1], [1, 2])).toThrow(/1 bins against 2/);
  });
});
