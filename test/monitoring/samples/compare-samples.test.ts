import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { compareSamples } from '../../../src/monitoring/samples/compare-samples.ts';
import { jensenShannon, psi } from '../../../src/monitoring/statistics/distances.ts';
import {
  kolmogorovSmirnov,
  normalisedWasserstein,
} from '../../../src/monitoring/statistics/samples.ts';
import { cases, expectClose, expectP, number } from '../../reference/reference.ts';

const decile = cases(
  'psi_recommended.json',
  z.object({
    ...{ name: z.string(), ref: z.array(number), cur: z.array(number) },
    ...{
      ref_counts: z.array(number),
      cur_counts: z.array(number),
      interior_edges: z.array(number),
    },
    ...{ psi: number, js_distance_base2: number },
  }),
);
const samples = cases(
  'ks_wasserstein.json',
  z.object({
    ...{ name: z.string(), ref: z.array(number), cur: z.array(number) },
    ...{ exact: z.object({ pvalue: number }).optional(), auto: z.object({ statistic: number }) },
    wasserstein_normed_evidently: number,
  }),
);
const compare = (a: readonly number[], b: readonly number[]) =>
  compareSamples(Float64Array.from(a), Float64Array.from(b));

describe('monitoring/samples', () => {
  it.each(decile)('counts $name by the deciles of the reference', (fixture) => {
    const { edges, counts } = compare(fixture.ref, fixture.cur);
    edges.forEach((edge, at) => {
      expectClose(edge, fixture.interior_edges[at] ?? Number.NaN);
    });
    // The fixtures drop bins that are empty on both sides.
    const kept = counts[0].flatMap((a, at) => {
      const b = counts[1][at] ?? 0;
      return a + b > 0 ? [[a, b] as const] : [];
    });
    expect(kept.map(([a]) => a)).toEqual(fixture.ref_counts);
    expect(kept.map(([, b]) => b)).toEqual(fixture.cur_counts);
    expectClose(psi(...counts), fixture.psi);
    expectClose(jensenShannon(...counts), fixture.js_distance_base2);
  });

  it.each(samples)('agrees with scipy on $name', ({ ref, cur, exact, auto, ...expected }) => {
    const { ks, wasserstein } = compare(ref, cur);
    expectClose(ks.d, auto.statistic);
    if (exact) expectP(ks.p, exact.pvalue);
    if (new Set(ref).size === 1) expect(wasserstein).toBeUndefined();
    else expectClose(wasserstein, expected.wasserstein_normed_evidently);
  });

  const random = seededRandom(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const shapes: Record<string, (side: number) => number> = {
    normal,
    shifted: (side) => normal() + side / 20,
    'far from zero': (side) => 1e9 + normal() + side,
    'with a long tail': (side) => Math.exp(3 * normal() + side / 10),
    'whole numbers': () => Math.floor(random() * 1000),
    'few values': () => Math.floor(random() * 4),
    'in two lumps': (side) => (random() < 0.5 ? normal() / 1e6 : 1e6 + normal() + side),
    'mostly one value': (side) => (random() < 0.9 ? 7 : normal() * 100 + side),
    'with outliers': () => (random() < 0.001 ? normal() * 1e300 : normal()),
    'of another range': (side) => random() + side * 5,
    constant: () => 3,
  };

  it.each(Object.entries(shapes))('is the same in buckets as sorted: %s', (_, draw) => {
    const a = Float64Array.from({ length: 7001 }, () => draw(0));
    const b = Float64Array.from({ length: 5003 }, () => draw(1));
    const { ks, wasserstein, edges, counts } = compareSamples(a, b);
    const sorted = kolmogorovSmirnov(a, b);
    expect(ks).toEqual({ d: sorted.statistic, p: sorted.p });
    const area = normalisedWasserstein(a, b);
    if (area === undefined || !Number.isFinite(area)) expect(wasserstein).toBeUndefined();
    else expectClose(wasserstein, area, 1e-9);
    for (const [side, values] of [a, b].entries()) {
      const binned = counts[side] ?? [];
      expect(binned.reduce((sum, one) => sum + one, 0)).toBe(values.length);
      edges.forEach((edge, at) => {
        const upTo = binned.slice(0, at + 1).reduce((sum, one) => sum + one, 0);
        expect(upTo).toBe(values.filter((value) => value <= edge).length);
      });
    }
  });

  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const sample = fc.array(value, { minLength: 1, maxLength: 30 });

  it('is symmetric, a probability, 0 on the same sample, and takes no notice of order', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const forth = compare(a, b);
        expect(compare(b, a).ks.d).toBe(forth.ks.d);
        expect(forth.ks.p >= 0 && forth.ks.p <= 1).toBe(true);
        const { wasserstein, ...reversed } = compare(a.toReversed(), b);
        expect(forth).toMatchObject(reversed);
        if (wasserstein !== undefined) expectClose(wasserstein, forth.wasserstein ?? 0);
        const same = compare(a, a.toReversed());
        expect(same.ks).toEqual({ d: 0, p: 1 });
        expect(same.wasserstein ?? 0).toBe(0);
        expect(same.counts[0]).toEqual(same.counts[1]);
      }),
    );
  });

  it('refuses an empty sample, and takes one row', () => {
    expect(() => compare([], [1])).toThrow(/one of them is empty/);
    expect(() => compare([1], [])).toThrow(/one of them is empty/);
    expect(compare([1], [2])).toMatchObject({
      ks: { d: 1, p: 1 },
      edges: [1],
      counts: [
        [1, 0],
        [0, 1],
      ],
    });
  });
});
