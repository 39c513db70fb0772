import { describe, expect, it } from 'vitest';
import type { GateEvidence } from '../../../src/core/gate.ts';
import { compareAnswers } from '../../../src/evaluation/compare.ts';
import { GateSetting, judgeGates } from '../../../src/release/gates/index.ts';
import { binary } from '../../../src/tasks/binary/index.ts';
import { regression } from '../../../src/tasks/regression/index.ts';

const about = {
  ...{ model: 'flights', version: 2, environment: 'production' },
  ...{ metrics: binary.metrics([]), primary: ['auc', 'brier'] },
};
const evidence: GateEvidence = {
  ...{ at: new Date(0), rows: 4812, metrics: { auc: 0.6499, logLoss: 0.41 } },
};
const comparedAuc = (low: number, high: number): GateEvidence => ({
  ...evidence,
  comparison: {
    metrics: [{ name: 'auc', champion: 0.7, challenger: 0.71, low, high, adjustedP: 0.01 }],
  },
});
/** As the file has it. */
const all = (gate: object, given: GateEvidence) =>
  judgeGates([GateSetting.parse(gate)], given, about);
const one = (gate: object, given: GateEvidence) => all(gate, given)[0];

describe('release/gates', () => {
  it('shows enough digits to see why a bound was missed', () => {
    expect(one({ metric: 'auc', min: 0.65 }, evidence)).toEqual({
      ...{ gate: 'metric', name: 'AUC', status: 'failed', value: '0.6499', limit: 'at least 0.65' },
      words: 'AUC is 0.6499, too low: it must be at least 0.65.',
      change: 'It would pass with 0.0001 more.',
    });
  });

  it('passes at the bound itself, and finds log_loss as logLoss', () => {
    expect(one({ metric: 'log_loss', max: 0.41 }, evidence)).toMatchObject({
      status: 'passed',
      words: 'Log loss is 0.41, as asked: it must be at most 0.41.',
    });
  });

  it('fails metrics that were not measured', () => {
    for (const auc of [undefined, Number.NaN]) {
      const gate = one({ metric: 'auc', min: 0.65 }, { ...evidence, metrics: { auc } });
      expect(gate).toMatchObject({ status: 'failed', value: 'not measured' });
    }
  });

  it('checks both bounds, and fails a gate without any', () => {
    const between = all({ metric: 'auc', min: 0.6, max: 0.64 }, evidence);
    expect(between.map(({ status }) => status)).toEqual(['passed', 'failed']);
    expect(() => GateSetting.parse({ metric: 'auc' })).toThrow('expected min or max');
    const boundless = { gate: 'metric', settings: { metric: 'auc' } };
    expect(judgeGates([boundless], evidence, about)).toMatchObject([
      { status: 'failed', value: 'none' },
    ]);
  });

  it('checks the number of rows', () => {
    expect(one({ min_rows: 5000 }, evidence)).toMatchObject({
      status: 'failed',
      words: 'Only 4,812 labelled rows, where 5,000 are needed.',
    });
    expect(one({ min_rows: 4812 }, evidence)).toMatchObject({ status: 'passed' });
  });

  it('writes a metric as it is written within a sentence', () => {
    const gate = { compare: 'champion', metric: 'log_loss', require: 'not worse' };
    expect(one(gate, { ...evidence, comparison: 'no champion' })?.words).toBe(
      'There is no champion yet to compare log loss with.',
    );
  });

  it('passes the first model, but not one without a comparison', () => {
    const gate = { compare: 'champion', metric: 'auc', require: 'not worse' };
    expect(one(gate, { ...evidence, comparison: 'no champion' })).toMatchObject({
      status: 'passed',
      value: 'no champion yet',
      words: 'There is no champion yet to compare AUC with.',
    });
    expect(one(gate, evidence)).toMatchObject({ status: 'failed', value: 'not compared' });
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
      status: notWorse ? 'passed' : 'failed',
      value: verdict,
    });
    expect(one({ ...gate, require: 'better' }, given)).toMatchObject({
      status: better ? 'passed' : 'failed',
    });
  });

  it("judges by the gate's own margin and says what is missing", () => {
    const gate = { compare: 'champion', metric: 'auc' } as const;
    const given = comparedAuc(-0.004, 0.02);
    expect(one({ ...gate, require: 'not worse', margin: 0.003 }, given)?.words).toBe(
      "AUC is 0.710 against the champion's 0.700: inconclusive, it may be 0.004 behind or 0.020 ahead.",
    );
    expect(one({ ...gate, require: 'better' }, given)?.words).toBe(
      "AUC is 0.710 against the champion's 0.700: not worse, at most 0.004 behind where 0.01 is allowed. Better was asked for.",
    );
  });

  it('says the unit of the label', () => {
    const gates = [
      { compare: 'champion', metric: 'rmse', require: 'not worse', margin: 0.25 },
      { metric: 'rmse', max: 40 },
    ].map((gate) => GateSetting.parse(gate));
    const compared = { name: 'rmse', champion: 37.4, challenger: 37.0612, low: -0.08, high: 0.76 };
    const comparison = { metrics: [{ ...compared, adjustedP: 0.1 }] };
    const given = { ...evidence, metrics: { rmse: 37.0612 }, comparison };
    const of = { ...about, metrics: regression.metrics([]), unit: 'minutes' };
    expect(judgeGates(gates, given, of).map(({ words }) => words)).toEqual([
      "RMSE is 37.06 minutes against the champion's 37.40: not worse, at most 0.08 behind where 0.25 minutes is allowed.",
      'RMSE is 37.1 minutes, as asked: it must be at most 40.',
    ]);
  });

  it('says how many rows would decide, or that none would', () => {
    const gate = { compare: 'champion', metric: 'auc', margin: 0.01 };
    const given = (low: number, high: number, rows: number) => {
      const { comparison, ...rest } = comparedAuc(low, high);
      const metrics =
        comparison && typeof comparison === 'object' && 'metrics' in comparison
          ? comparison.metrics
          : [];
      return { ...rest, comparison: { metrics, rows } };
    };
    // The estimate is 0: half the width must shrink from 0.02 to 0.01, which takes four times as many rows.
    expect(one(gate, given(-0.02, 0.02, 1000))?.change).toBe(
      'About 4,000 labelled rows would decide it if the difference stays as it is; there were 1,000.',
    );
    expect(one(gate, given(-0.05, 0.01, 1000))?.change).toBe(
      'More labelled rows would not help while the difference is as it is.',
    );
    expect(one(gate, given(-0.03, -0.02, 1000))?.change).toBe(
      'Train a version that is at most 0.01 behind.',
    );
  });

  it('compares each primary metric by the margins of the evaluation if none is named', () => {
    const metrics = ['auc', 'brier'].map((name) => ({
      ...{ name, champion: 0.7, challenger: 0.7, low: -0.015, high: 0.015, adjustedP: 0.9 },
    }));
    const given = { ...evidence, comparison: { metrics } };
    const judge = (margin: number | undefined) =>
      judgeGates([GateSetting.parse({ compare: 'champion' })], given, { ...about, margin });
    expect(judge(0.02)).toMatchObject([
      { name: 'AUC against the champion', status: 'passed', value: 'not worse' },
      { name: 'Brier score against the champion', status: 'passed' },
    ]);
    expect(judge(undefined).map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  it('accepts any comparison', () => {
    const scores = [0.1, 0.8, 0.3, 0.6, 0.2];
    const comparison = compareAnswers(binary, {
      classes: [],
      labels: [0, 1, 0, 1, 0],
      champion: scores,
      challenger: scores,
    });
    const given = { ...evidence, comparison };
    expect(one({ compare: 'champion', metric: 'log_loss' }, given)?.status).toBe('passed');
    const better = { compare: 'champion', metric: 'auc', require: 'better' };
    expect(one(better, given)).toMatchObject({ status: 'failed' });
  });
});
