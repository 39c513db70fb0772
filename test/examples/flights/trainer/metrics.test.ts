import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  logLoss,
  macroF1,
  meanAbsoluteError,
  multiclassLogLoss,
  rocAuc,
  rootMeanSquaredError,
  rSquared,
} from '../../../../examples/flights/trainer/metrics.ts';

describe('examples/flights/trainer/metrics', () => {
  it('counts the pairs that are in order', () => {
    const pair = fc.record({
      score: fc.integer({ min: 0, max: 8 }),
      label: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 40 }), (rows) => {
        const [ones, zeros] = [
          rows.filter((r) => r.label === 1),
          rows.filter((r) => r.label === 0),
        ];
        fc.pre(ones.length > 0 && zeros.length > 0);
        const pairs = ones.flatMap((one) => zeros.map((zero) => Math.sign(one.score - zero.score)));
        const share = pairs.reduce((sum: number, sign) => sum + (sign + 1) / 2, 0) / pairs.length;
        const scores = Float64Array.from(rows, ({ score }) => score);
        expect(
          rocAuc(
            scores,
            Float64Array.from(rows, ({ label }) => label),
          ),
        ).toBeCloseTo(share, 12);
      }),
    );
  });

  it('gives ln 2 for a coin', () => {
    expect(logLoss(Float64Array.of(0.5, 0.5), Float64Array.of(0, 1))).toBeCloseTo(Math.LN2, 12);
  });

  it('measures errors in the unit of the labels, and by their variance', () => {
    const labels = Float64Array.of(1, 2, 3, 6);
    const answers = Float64Array.of(1, 4, 3, 2);
    expect(rootMeanSquaredError(answers, labels)).toBeCloseTo(Math.sqrt(20 / 4), 12);
    expect(meanAbsoluteError(answers, labels)).toBeCloseTo(6 / 4, 12);
    expect(rSquared(answers, labels)).toBeCloseTo(1 - 20 / 14, 12);
    expect(rSquared(new Float64Array(4).fill(3), labels)).toBeCloseTo(0, 12);
  });

  it('judges classes by their probabilities, and by the likeliest', () => {
    const probabilities = [
      Float64Array.of(0.7, 0.2, 0.1, 0.4),
      Float64Array.of(0.2, 0.5, 0.1, 0.4),
      Float64Array.of(0.1, 0.3, 0.8, 0.2),
    ];
    const labels = Float64Array.of(0, 0, 2, 1);
    const likelihoods = [0.7, 0.2, 0.8, 0.4].map(Math.log);
    expect(multiclassLogLoss(probabilities, labels)).toBeCloseTo(
      -likelihoods.reduce((sum, value) => sum + value) / 4,
      12,
    );
    // The answers are classes 0, 1, 2 and, of the two equal ones, 0.
    expect(accuracy(probabilities, labels)).toBe(0.5);
    expect(macroF1(probabilities, labels)).toBeCloseTo((0.5 + 0 + 1) / 3, 12);
  });
});
