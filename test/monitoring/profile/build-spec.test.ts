import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildSpec, decileEdges } from '../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../src/monitoring/profile/profile.ts';
import { binCount, binLabels, sameBins } from '../../../src/monitoring/profile/spec.ts';
import { cases, expectClose, number } from '../../reference/reference.ts';

const fixtures = cases(
  'psi_recommended.json',
  z.object({
    name: z.string(),
    ref: z.array(number),
    cur: z.array(number),
    interior_edges: z.array(number),
    ref_counts: z.array(number),
    cur_counts: z.array(number),
  }),
);

describe('monitoring/profile/build-spec', () => {
  it.each(fixtures)('cuts $name at the deciles of the reference', ({ ref, cur, ...expected }) => {
    const sorted = Float64Array.from(ref).sort();
    const edges = decileEdges(sorted.length, (rank) => sorted[rank] ?? 0);
    expect(edges).toHaveLength(expected.interior_edges.length);
    edges.forEach((edge, at) => {
      expectClose(edge, expected.interior_edges[at] ?? Number.NaN);
    });

    const spec = { kind: 'intervals' as const, edges };
    const reference = profileOf(spec, ref).counts;
    const window = profileOf(spec, cur).counts;
    // The fixtures leave out bins that are empty on both sides.
    const kept = reference.flatMap((count, bin) => (count + (window[bin] ?? 0) > 0 ? [bin] : []));
    expect(kept.map((bin) => reference[bin])).toEqual(expected.ref_counts);
    expect(kept.map((bin) => window[bin])).toEqual(expected.cur_counts);
  });

  it('gives each of at most 20 distinct numbers a bin, and none to values that are not numbers', () => {
    const values = [3, 1, 2, 2, null, Number.NaN, Number.POSITIVE_INFINITY, undefined];
    expect(buildSpec(values)).toEqual({ kind: 'values', values: [1, 2, 3], singletons: 2 });
    expect(buildSpec(Array.from({ length: 20 }, (_, at) => at)).kind).toBe('values');
    expect(buildSpec(Array.from({ length: 21 }, (_, at) => at)).kind).toBe('intervals');
    expect(buildSpec([true, false, true])).toMatchObject({ kind: 'values', values: [0, 1] });
    expect(buildSpec([null, null])).toEqual({ kind: 'values', values: [], singletons: 0 });
  });

  it('keeps the 50 most frequent categories, and the names of the rarer ones', () => {
    const values = Array.from({ length: 60 }, (_, at) =>
      Array(61 - at).fill(`c${at + 100}`),
    ).flat();
    const spec = buildSpec(values);
    expect(spec).toMatchObject({ kind: 'categories', singletons: 0 });
    if (spec.kind !== 'categories') return;
    expect(spec.categories).toEqual(Array.from({ length: 50 }, (_, at) => `c${at + 100}`));
    expect(spec.others).toEqual(Array.from({ length: 10 }, (_, at) => `c${at + 150}`));
    expect(binCount(spec)).toBe(52);
  });

  it('stops naming rare categories when there are too many', () => {
    const ids = Array.from({ length: 600 }, (_, at) => `id-${at}`);
    expect(buildSpec(ids)).toMatchObject({ others: null, singletons: 600 });
  });

  it('treats codes as categories if configured', () => {
    expect(buildSpec([10, 20, 10], { kind: 'categorical' })).toEqual({
      kind: 'categories',
      categories: ['10', '20'],
      others: [],
      singletons: 1,
    });
  });

  it('makes the same bins of the reference in any order, through JSON and back', () => {
    const value = fc.oneof(fc.double(), fc.constant(null), fc.integer({ min: 0, max: 9 }));
    const text = fc.oneof(fc.string({ maxLength: 3 }), fc.constant(null));
    fc.assert(
      fc.property(fc.oneof(fc.array(value), fc.array(text)), (values) => {
        const spec = buildSpec(values);
        expect(sameBins(spec, buildSpec([...values].reverse()))).toBe(true);
        expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
        expect(binLabels(spec)).toHaveLength(binCount(spec));
      }),
    );
  });

  it('labels each bin', () => {
    expect(binLabels({ kind: 'intervals', edges: [0.123456, 2] })).toEqual([
      '≤ 0.1235',
      '0.1235 to 2',
      '> 2',
    ]);
    expect(binLabels(buildSpec(['b', 'a']))).toEqual(['a', 'b', '__other__', '__unseen__']);
  });
});
