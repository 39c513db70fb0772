import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../../src/core/json.ts';
import { buildSpec } from '../../../src/monitoring/profile/build-spec.ts';
import { mergeProfiles } from '../../../src/monitoring/profile/merge.ts';
import { mergeColumns } from '../../../src/monitoring/profile/merge-columns.ts';
import {
  createProfile,
  observe,
  type Profile,
  profileOf,
  rowsOf,
} from '../../../src/monitoring/profile/profile.ts';
import { readProfile } from '../../../src/monitoring/profile/read-profile.ts';
import type { BinSpec } from '../../../src/monitoring/profile/spec.ts';

const stored = (profile: Profile): unknown => JSON.parse(JSON.stringify(profile));

describe('monitoring/profile', () => {
  it('counts (a, b], open at both ends, and the rest separately', () => {
    const values = [0, 1, 1.5, 2, 99, null, undefined, Number.NaN, 'two', Infinity, -Infinity];
    expect(profileOf({ kind: 'intervals', edges: [1, 2] }, values)).toMatchObject({
      counts: [2, 2, 1],
      count: 5,
      nulls: 2,
      nans: 2,
      positiveInfinities: 1,
      negativeInfinities: 1,
      min: 0,
      max: 99,
      mean: 20.7,
    });
  });

  it('distinguishes rare from new categories if it can', () => {
    const spec: BinSpec = {
      kind: 'categories',
      categories: ['a', 'b'],
      others: ['z'],
      singletons: 0,
    };
    expect(profileOf(spec, ['a', 'z', 'new', 'b', 'a', 7, null, Number.NaN])).toMatchObject({
      counts: [2, 1, 1, 2],
      count: 6,
      nulls: 1,
      nans: 1,
    });
    expect(profileOf({ ...spec, others: null }, ['z', 'new']).counts).toEqual([0, 0, 2, 0]);
  });

  it('treats noise as the same value and a new year as a new value', () => {
    const bins = (known: number[], values: number[]) => profileOf(buildSpec(known), values).counts;
    expect(bins([1, 1], [1, 1.0002, 0.9995, 1.1])).toEqual([3, 1]);
    expect(bins([2001, 2001], [2001, 2002])).toEqual([1, 1]);
    expect(bins([0, 0], [0, -0, 1e-9])).toEqual([2, 1]);
    expect(bins([1, 1.0008], [1.0001, 1.0007])).toEqual([1, 1, 0]);
  });

  it('holds only what JSON can hold, empty and at the ends of the number line', () => {
    const spec: BinSpec = { kind: 'intervals', edges: [0] };
    for (const values of [[], [-0], [1.7e308, -1.7e308, 1e300, -1.7e308]]) {
      const profile = profileOf(spec, values);
      expect(readProfile(stored(profile))).toEqual(profile);
      const doubled = mergeProfiles(profile, profile);
      expect(readProfile(stored(doubled))).toEqual(doubled);
    }
    expect(createProfile(spec)).toMatchObject({ min: null, max: null });
  });

  it('does not lose the variance of numbers far from zero', () => {
    const values = Array.from({ length: 1000 }, (_, at) => 1e9 + (at % 2));
    const profile = profileOf({ kind: 'intervals', edges: [1e9] }, values);
    expect(profile.m2 / profile.count).toBeCloseTo(0.25, 6);
  });

  it('refuses invalid profiles', () => {
    const profile = stored(profileOf(buildSpec(['a']), ['a']));
    const broken = (change: object) => () => readProfile({ ...Object(profile), ...change });
    expect(broken({})).not.toThrow();
    expect(broken({ counts: [1] })).toThrow(/one count for each of its 3 bins/);
    expect(broken({ spec: { kind: 'histogram' } })).toThrow(/no bins/);
    expect(broken({ mean: 'high' })).toThrow(/its mean is not a number/);
    expect(() => readProfile(null)).toThrow(/Reading a stored profile/);
  });
});

describe('monitoring/profile/merge', () => {
  const specs: BinSpec[] = [
    { kind: 'intervals', edges: [-10, 0, 0.5, 30] },
    { kind: 'values', values: [0, 1, 7], singletons: 1 },
    { kind: 'categories', categories: ['0', '1', 'x'], others: ['7'], singletons: 0 },
  ];
  const value = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constantFrom(0, 1, 7, 'x', 'y', null, Number.NaN, Infinity, -Infinity, true),
  );
  const window = fc.array(value, { maxLength: 40 });
  const spec = fc.constantFrom(...specs);

  function expectEqual(a: Profile, b: Profile): void {
    const { mean: meanA, m2: m2A, ...exactA } = a;
    const { mean: meanB, m2: m2B, ...exactB } = b;
    expect(exactA).toEqual(exactB);
    const scale = Math.max(1, Math.abs(a.min ?? 0), Math.abs(a.max ?? 0));
    expect(Math.abs(meanA - meanB)).toBeLessThanOrEqual(1e-12 * scale);
    expect(Math.abs(m2A - m2B)).toBeLessThanOrEqual(1e-10 * scale * scale);
  }

  it('is the profile of the concatenation', () => {
    fc.assert(
      fc.property(spec, window, window, (bins, a, b) => {
        const merged = mergeProfiles(profileOf(bins, a), profileOf(bins, b));
        expectEqual(merged, profileOf(bins, [...a, ...b]));
        expect(rowsOf(merged)).toBe(a.length + b.length);
      }),
    );
  });

  it('is commutative to the bit and associative to the rounding', () => {
    fc.assert(
      fc.property(spec, window, window, window, (bins, ...windows) => {
        const [a, b, c] = windows.map((values) => profileOf(bins, values));
        if (a === undefined || b === undefined || c === undefined) return;
        expect(mergeProfiles(a, b)).toEqual(mergeProfiles(b, a));
        expectEqual(mergeProfiles(mergeProfiles(a, b), c), mergeProfiles(a, mergeProfiles(b, c)));
        expect(mergeProfiles(a, createProfile(bins))).toEqual(a);
      }),
    );
  });

  it('changes neither input', () => {
    const bins: BinSpec = { kind: 'values', values: [1], singletons: 1 };
    const a = profileOf(bins, [1, 2]);
    const before = stored(a);
    observe(mergeProfiles(a, profileOf(bins, [1])), 1);
    expect(stored(a)).toEqual(before);
  });

  it('adds up stored windows as it adds up two, whether their bins are known or read', () => {
    fc.assert(
      fc.property(spec, fc.array(window, { minLength: 1, maxLength: 5 }), (bins, windows) => {
        const parts = windows.map((values) => profileOf(bins, values));
        const { column } = mergeColumns(
          { column: createProfile(bins) },
          parts.map((part) => ({ column: toJson(part) })),
        );
        expect(column).toEqual(parts.reduce(mergeProfiles, createProfile(bins)));
        expect(column?.spec).toBe(bins);
        for (const part of parts) {
          expect(readProfile(stored(part), bins)).toEqual(readProfile(stored(part)));
          for (const other of specs)
            expect(readProfile(stored(part), other)).toEqual(readProfile(stored(part)));
        }
      }),
    );
    const fixed: BinSpec = { kind: 'values', values: [1], singletons: 1 };
    expect(mergeColumns({ column: createProfile(fixed) }, [{}])).toEqual({
      column: createProfile(fixed),
    });
  });

  it('drops what a part does not know, such as rows outside of a range', () => {
    const ranged: BinSpec = { kind: 'intervals', edges: [1], range: [0, 2] };
    const older = profileOf({ kind: 'intervals', edges: [1] }, [5]);
    const { column } = mergeColumns({ column: createProfile(ranged) }, [
      { column: toJson(profileOf(ranged, [5])) },
    ]);
    expect(column?.outside).toBe(1);
    expect(mergeProfiles(profileOf(ranged, [5]), older)).not.toHaveProperty('outside');
  });

  it('refuses profiles over different bins', () => {
    const [a, b] = specs.map(createProfile);
    if (a === undefined || b === undefined) throw new Error('two specs stand above');
    expect(() => mergeProfiles(a, b)).toThrow(/different bins/);
    expect(mergeProfiles(a, readProfile(stored(a)))).toEqual(a);
  });
});
