import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../bench/alarms/random.ts';
import {
  logEvidence,
  nextCusum,
  nextSum,
  SHIFTS,
} from '../../../src/monitoring/sequential/evidence.ts';
import { normalOfStudent } from '../../../src/monitoring/sequential/innovation.ts';

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const clipped = (z: number) => Math.max(-3.5, Math.min(3.5, z));

describe('evidence of a change', () => {
  it.each(SHIFTS)(
    'for a shift of %s is an e-process: from 1, and its mean stays at most 1',
    (shift) => {
      const random = createRandom(11);
      const runs = Array.from({ length: 20_000 }, () => 0);
      expect(Math.exp(runs[0] ?? Number.NaN)).toBe(1);
      for (let window = 0; window < 5; window += 1) {
        for (const [run, log] of runs.entries())
          runs[run] = log + logEvidence(clipped(random.normal()), shift, 0);
        // Four standard errors, √((exp(tδ²) − 1) / n), of a mean of at most 1.
        const error = Math.sqrt(Math.expm1((window + 1) * shift ** 2) / runs.length);
        expect(meanOf(runs.map(Math.exp))).toBeLessThan(1 + 4 * error);
      }
    },
  );

  it('sums to at most the number of windows, on average', () => {
    const random = createRandom(12);
    const sums = Array.from({ length: 20_000 }, () => 0);
    for (let window = 1; window <= 10; window += 1) {
      for (const [run, sum] of sums.entries())
        sums[run] = nextSum(sum, logEvidence(clipped(random.normal()), 0.5, 0));
      expect(meanOf(sums)).toBeLessThan(window * 1.05);
    }
  });

  it('grows with z, and falls with the tolerance', () => {
    const number = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.constantFrom(...SHIFTS), (a, b, shift) => {
        fc.pre(a < b - 1e-9);
        expect(logEvidence(a, shift, 0.3)).toBeLessThan(logEvidence(b, shift, 0.3));
        expect(logEvidence(a, shift, 0.3)).toBeGreaterThan(logEvidence(a, shift, 0.5));
      }),
    );
  });

  it('restarts the CUSUM at 0', () => {
    expect(nextCusum(1, -3)).toBe(0);
    expect(nextCusum(1, 2)).toBe(3);
  });
});

describe("Student's t as a normal number", () => {
  // By the incomplete beta function and bisection of the normal distribution function.
  it.each([
    [3, 3, 1.898206],
    [2, 13, 1.832746],
    [4, 30, 3.552323],
    [-1, 5, -0.909251],
    [4, 364, 3.95435],
  ])('t = %s with %s degrees is %s', (t, degrees, z) => {
    expect(Math.abs(normalOfStudent(t, degrees) - z)).toBeLessThan(0.011);
  });

  it('is odd and increases', () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 3, max: 500 }), (a, b, degrees) => {
        expect(normalOfStudent(-a, degrees)).toBeCloseTo(-normalOfStudent(a, degrees), 12);
        fc.pre(a < b - 1e-6);
        expect(normalOfStudent(a, degrees)).toBeLessThan(normalOfStudent(b, degrees));
      }),
    );
  });
});
