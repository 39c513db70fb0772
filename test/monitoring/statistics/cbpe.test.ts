import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { calibrate, estimatePerformance } from '../../../src/monitoring/statistics/cbpe.ts';
import { fitIsotonic, isotonicAt } from '../../../src/monitoring/statistics/isotonic.ts';
import { cases, expectClose, number } from '../../reference/reference.ts';

const list = z.array(number);
const fixtures = cases(
  'cbpe.json',
  z.object({
    ...{ name: z.string(), ref_score: list, ref_y: list, cur_score: list, calibrated: list },
    ...{ threshold: number, tp: number, fp: number, tn: number, fn: number },
    ...{ accuracy: number, precision: number, recall: number, f1: number, roc_auc: number },
    ...{ poisson_binomial_se_accuracy: number, iso_x: list, iso_y: list },
  }),
);

describe('monitoring/statistics/cbpe', () => {
  it.each(fixtures)('agrees with scikit-learn and NannyML on $name', (fixture) => {
    const { ref_score: scores, ref_y: labels, cur_score: current } = fixture;
    const calibrated = calibrate({ scores, labels }, current);
    calibrated.forEach((p, row) => {
      expectClose(p, fixture.calibrated[row] ?? Number.NaN);
    });
    const estimated = estimatePerformance(current, calibrated, fixture.threshold);
    for (const name of ['tp', 'fp', 'tn', 'fn', 'accuracy', 'precision', 'recall', 'f1'] as const)
      expectClose(estimated[name], fixture[name]);
    expectClose(estimated.auc, fixture.roc_auc);
    expectClose(estimated.standardError, fixture.poisson_binomial_se_accuracy);
  });

  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.constantFrom(0, 1)), {
    minLength: 1,
    maxLength: 40,
  });

  it('fits a curve that never falls, takes no notice of order, and keeps the mean', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const curveOf = (some: typeof pairs) =>
          fitIsotonic(
            some.map(([x]) => x),
            some.map(([, y]) => y),
          );
        const curve = curveOf(pairs);
        const at = pairs.map(([x]) => isotonicAt(curve, x));
        expect(curve.y).toEqual(curve.y.toSorted((a, b) => a - b));
        expect(at.every((p) => p >= 0 && p <= 1)).toBe(true);
        const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
        expect(sum(at)).toBeCloseTo(sum(pairs.map(([, y]) => y)), 9);
        expect(curveOf(pairs.toReversed())).toEqual(curve);
        expect([-1, 11].map((x) => isotonicAt(curve, x))).toEqual([curve.y[0], curve.y.at(-1)]);
      }),
    );
  });

  it('is exact if the probabilities are the labels', () => {
    const estimated = estimatePerformance([0.9, 0.8, 0.3, 0.6], [1, 1, 0, 0]);
    expect(estimated).toMatchObject({ tp: 2, fp: 1, tn: 1, fn: 0, accuracy: 0.75, auc: 1 });
    expect(estimated.standardError).toBe(0);
  });

  it('is undefined without rows, and for a class that is not expected', () => {
    expect(estimatePerformance([], [])).toMatchObject({ accuracy: undefined, auc: undefined });
    expect(estimatePerformance([0.2], [0])).toMatchObject({ recall: undefined, auc: undefined });
    expect(() => fitIsotonic([], [])).toThrow(/0 scores/);
  });
});
