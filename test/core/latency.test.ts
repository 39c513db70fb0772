import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLatencies, latencyAbove, latencyBin, latencyQuantile } from '../../src/core/latency.ts';

const durations = fc.array(fc.double({ min: 0.06, max: 60_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});
const countsOf = (all: readonly number[]) => addLatencies(all.map((ms) => [[latencyBin(ms), 1]]));

describe('core/latency', () => {
  it('knows a quantile within 9%, and never says less than it is', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99), (all, share) => {
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
        const found = latencyQuantile(countsOf(all), share) ?? 0;
        expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(exact * 2 ** (1 / 8) * (1 + 1e-9));
      }),
    );
  });

  it('adds counts in any order, and counts what was certainly longer', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        expect(addLatencies([countsOf(a), countsOf(b)])).toEqual(countsOf([...b, ...a]));
        const budget = a[0] ?? 1;
        const longer = a.filter((ms) => ms > budget).length;
        expect(latencyAbove(countsOf(a), budget)).toBeLessThanOrEqual(longer);
        expect(latencyAbove(countsOf(a), budget / 1.1)).toBeGreaterThanOrEqual(longer);
      }),
    );
  });

  it('has no quantile of nothing, and bins for whatever a clock says', () => {
    expect(latencyQuantile([], 0.5)).toBeUndefined();
    expect([-1, 0, Number.NaN, 0.05].map(latencyBin)).toEqual([0, 0, 0, 0]);
    expect([1e9, Number.POSITIVE_INFINITY].map(latencyBin)).toEqual([168, 168]);
  });
});
