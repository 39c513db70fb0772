import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { binaryMetrics, rocAuc } from '../../src/tasks/binary/metrics.ts';
import { regressionMetrics } from '../../src/tasks/regression/metrics.ts';
import { cases, expectClose, number } from '../reference/reference.ts';

const metrics = z.object({
  accuracy: number,
  precision: number,
  recall: number,
  f1: number,
  brier: number,
  'log_loss_eps1e-15': number,
  roc_auc: number.optional(),
});
const binary = cases(
  'binary_champion_challenger.json',
  z.object({
    name: z.string(),
    y: z.array(number),
    champion: z.array(number),
    challenger: z.array(number),
    threshold: number,
    champion_metrics: metrics,
    challenger_metrics: metrics,
  }),
);
const regression = cases(
  'regression.json',
  z.object({
    name: z.string(),
    y: z.array(number),
    pred: z.array(number),
    mae: number,
    rmse: number,
    r2: number.nullable(),
    mape_sklearn: number,
  }),
);

describe('evaluation/metrics', () => {
  it.each(binary)('agrees with scikit-learn on $name', (fixture) => {
    for (const [scores, expected] of [
      [fixture.champion, fixture.champion_metrics],
      [fixture.challenger, fixture.challenger_metrics],
    ] as const) {
      const actual = binaryMetrics(fixture.y, scores, fixture.threshold);
      expectClose(actual.accuracy, expected.accuracy);
      expectClose(actual.precision, expected.precision);
      expectClose(actual.recall, expected.recall);
      expectClose(actual.f1, expected.f1);
      expectClose(actual.brier, expected.brier);
      expectClose(actual.logLoss, expected['log_loss_eps1e-15']);
      if (expected.roc_auc === undefined) expect(actual.auc).toBeUndefined();
      else expectClose(actual.auc, expected.roc_auc);
    }
  });

  it('is undefined for one class, no rows or mere rankings', () => {
    expect(binaryMetrics([0, 0], [0.2, 0.4])).toEqual({
      rows: 2,
      positives: 0,
      auc: undefined,
      accuracy: 1,
      f1: undefined,
      precision: undefined,
      recall: undefined,
      logLoss: expect.any(Number),
      brier: expect.closeTo(0.1, 12),
    });
    expect(Object.values(binaryMetrics([], [])).filter((value) => value !== undefined)).toEqual([
      0, 0,
    ]);
    expect(binaryMetrics([0, 1], [-3, 7])).toMatchObject({ auc: 1, logLoss: undefined });
  });

  it('names the invalid row', () => {
    expect(() => binaryMetrics([0, 2], [0.1, 0.2])).toThrow(/label of row 1 is 2/);
    expect(() => binaryMetrics([0, 1], [0.1, Number.NaN])).toThrow(/row 1 holds NaN/);
    expect(() => binaryMetrics([0, 1, 1], [0.1, 0.2])).toThrow(/2 values stand beside 3 rows/);
  });

  it('counts pairs in the right order, ties for half', () => {
    const row = fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), (rows) => {
        const positive = rows.filter(([label]) => label === 1);
        const negative = rows.filter(([label]) => label === 0);
        const wins = positive.flatMap(([, p]) =>
          negative.map(([, n]) => (p > n ? 1 : p === n ? 0.5 : 0)),
        );
        const auc = rocAuc(
          rows.map(([label]) => label),
          rows.map(([, score]) => score),
        );
        if (wins.length === 0) expect(auc).toBeUndefined();
        else expect(auc).toBeCloseTo(wins.reduce<number>((a, b) => a + b, 0) / wins.length, 12);
      }),
    );
  });
});

describe('evaluation/regression', () => {
  it.each(regression)('agrees with scikit-learn on $name', (fixture) => {
    const actual = regressionMetrics(fixture.y, fixture.pred);
    expectClose(actual.mae, fixture.mae);
    expectClose(actual.rmse, fixture.rmse);
    if (fixture.r2 === null) expect(actual.r2).toBeUndefined();
    else expectClose(actual.r2, fixture.r2);
    // scikit-learn divides by the smallest float instead where a target is 0.
    if (fixture.y.includes(0)) expect(actual.mape).toBeUndefined();
    else expectClose(actual.mape, fixture.mape_sklearn);
  });

  it('is undefined without rows and refuses non-finite values', () => {
    expect(regressionMetrics([], [])).toEqual({
      rows: 0,
      rmse: undefined,
      mae: undefined,
      r2: undefined,
      mape: undefined,
      pinball10: undefined,
      pinball50: undefined,
      pinball90: undefined,
    });
    expect(() => regressionMetrics([1, Number.NaN], [1, 1])).toThrow(/row 1 holds NaN/);
  });
});
