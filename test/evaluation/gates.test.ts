import { describe, expect, it } from 'vitest';
import { compareAnswers } from '../../src/evaluation/compare.ts';
import { type Evidence, type Gate, judgeGates } from '../../src/evaluation/gates.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';

const METRICS = binary.metrics([]);
const evidence: Evidence = { rows: 4812, metrics: { auc: 0.6499, logLoss: 0.41 } };
const comparedAuc = (low: number, high: number): Evidence => ({
  ...evidence,
  comparison: {
    metrics: [{ name: 'auc', champion: 0.7, challenger: 0.71, low, high, adjustedP: 0.01 }],
  },
});
const one = (gate: Gate, given: Evidence) => {
  const judged = judgeGates([gate], given, METRICS);
  expect(judged.passed).toBe(judged.gates[0]?.passed);
  return judged.gates[0];
};

describe('evaluation/gates', () => {
  it('shows enough digits to see why a bound was missed', () => {
    expect(one({ metric: 'auc', min: 0.65 }, evidence)).toEqual({
      name: 'AUC',
      passed: false,
      expected: 'at least 0.65',
      actual: '0.6499',
      words: 'AUC is 0.6499, too low: it must be at least 0.65.',
    });
  });

  it('passes at the bound itself, and finds log_loss as logLoss', () => {
    expect(one({ metric: 'log_loss', max: 0.41 }, evidence)).toMatchObject({
      passed: true,
      words: 'Log loss is 0.41, as asked: it must be at most 0.41.',
    });
  });

  it('fails metrics that were not measured', () => {
    for (const auc of [undefined, Number.NaN]) {
      const gate = one({ metric: 'auc', min: 0.65 }, { rows: 12, metrics: { auc } });
      expect(gate).toMatchObject({ passed: false, actual: 'not measured' });
    }
  });

  it('checks both bounds, and fails a gate without any', () => {
    const between = judgeGates([{ metric: 'auc', min: 0.6, max: 0.64 }], evidence, METRICS);
    expect(between.gates.map((gate) => gate.passed)).toEqual([true, false]);
    expect(between.passed).toBe(false);
    expect(one({ metric: 'auc' }, evidence)).toMatchObject({ passed: false, actual: 'none' });
  });

  it('checks the number of rows', () => {
    expect(one({ minRows: 5000 }, evidence)).toMatchObject({
      passed: false,
      words: 'Only 4,812 labelled rows, where 5,000 are needed.',
    });
    expect(one({ minRows: 4812 }, evidence)).toMatchObject({ passed: true });
  });

  it('writes a metric as it is written within a sentence', () => {
    const gate: Gate = { compare: 'champion', metric: 'log_loss', require: 'not worse' };
    expect(one(gate, { ...evidence, comparison: 'no champion' })?.words).toBe(
      'There is no champion yet to compare log loss with.',
    );
  });

  it('passes the first model, but not one without a comparison', () => {
    const gate: Gate = { compare: 'champion', metric: 'auc', require: 'not worse' };
    expect(one(gate, { ...evidence, comparison: 'no champion' })).toMatchObject({
      passed: true,
      actual: 'no champion yet',
      words: 'There is no champion yet to compare AUC with.',
    });
    expect(one(gate, evidence)).toMatchObject({ passed: false, actual: 'not compared' });
  });

  it.each([
    [0.002, 0.02, 'better', true, true],
    [-0.004, 0.02, 'not worse', true, false],
    [-0.03, 0.05, 'inconclusive', false, false],
    [-0.03, -0.02, 'worse', false, false],
  ] as const)('from %d to %d is %s', (low, high, verdict, notWorse, better) => {
    const gate = { compare: 'champion', metric: 'auc', margin: 0.01 } as const;
    const given = comparedAuc(low, high);
    expect(one({ ...gate, require: 'not worse' }, given)).toMatchObject({
      passed: notWorse,
      actual: verdict,
    });
    expect(one({ ...gate, require: 'better' }, given)).toMatchObject({ passed: better });
  });

  it("judges by the gate's own margin and says what is missing", () => {
    const gate = { compare: 'champion', metric: 'auc' } as const;
    const given = comparedAuc(-0.004, 0.02);
    expect(one({ ...gate, require: 'not worse', margin: 0.003 }, given)?.words).toBe(
      "AUC is 0.710 against the champion's 0.700: inconclusive, it may be 0.004 behind or 0.020 ahead; gather more labelled rows.",
    );
    expect(one({ ...gate, require: 'better' }, given)?.words).toBe(
      "AUC is 0.710 against the champion's 0.700: not worse, at most 0.004 behind where 0.01 is allowed. Better was asked for.",
    );
  });

  it('says the unit of the label', () => {
    const gates: Gate[] = [
      { compare: 'champion', metric: 'rmse', require: 'not worse', margin: 0.25 },
      { metric: 'rmse', max: 40 },
    ];
    const compared = { name: 'rmse', champion: 37.4, challenger: 37.0612, low: -0.08, high: 0.76 };
    const comparison = { metrics: [{ ...compared, adjustedP: 0.1 }] };
    const given = { rows: 5000, metrics: { rmse: 37.0612 }, comparison };
    const judged = judgeGates(gates, given, regression.metrics([]), 'minutes');
    expect(judged.gates.map(({ words }) => words)).toEqual([
      "RMSE is 37.06 minutes against the champion's 37.40: not worse, at most 0.08 behind where 0.25 minutes is allowed.",
      'RMSE is 37.1 minutes, as asked: it must be at most 40.',
    ]);
  });

  it('accepts any comparison', () => {
    const scores = [0.1, 0.8, 0.3, 0.6, 0.2];
    const comparison = compareAnswers(binary, {
      classes: [],
      labels: [0, 1, 0, 1, 0],
      champion: scores,
      challenger: scores,
    });
    const gates: Gate[] = [
      { compare: 'champion', metric: 'log_loss', require: 'not worse' },
      { compare: 'champion', metric: 'auc', require: 'better' },
    ];
    const judged = judgeGates(gates, { rows: 5, metrics: {}, comparison }, METRICS);
    expect(judged.passed).toBe(false);
    expect(judged.gates.map((gate) => gate.passed)).toEqual([true, false]);
  });
});
