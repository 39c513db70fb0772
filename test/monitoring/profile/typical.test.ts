import { describe, expect, it } from 'vitest';
import { buildSpec } from '../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../src/monitoring/profile/profile.ts';
import { typicalValues } from '../../../src/monitoring/profile/typical.ts';

describe('monitoring: typical values of a profile', () => {
  it('are values of its fullest bins, repeated if there are too few', () => {
    const carriers = ['AA', 'AA', 'AA', 'UA', 'UA', 'WN'];
    const spec = buildSpec(carriers, { kind: 'categorical' });
    expect(typicalValues(profileOf(spec, carriers), 2)).toEqual(['AA', 'UA']);
    const same = [3, 3, 3];
    expect(typicalValues(profileOf(buildSpec(same, { kind: 'numeric' }), same), 2)).toEqual([3, 3]);
  });

  it('of numbers are within the observed range', () => {
    const values = Array.from({ length: 500 }, (_, at) => 10 + Math.sqrt(at));
    const found = typicalValues(profileOf(buildSpec(values, { kind: 'numeric' }), values), 4);
    expect(found).toHaveLength(4);
    for (const value of found) {
      expect(value).toBeGreaterThanOrEqual(10);
      expect(value).toBeLessThanOrEqual(33);
    }
  });
});
