import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../bench/alarms/random.ts';
import { expectedError, fitDifficulty } from '../../../../src/monitoring/estimate/difficulty.ts';
import { fitEstimator } from '../../../../src/monitoring/estimate/estimator.ts';
import { estimateMetrics, probabilitiesOf } from '../../../../src/monitoring/estimate/expected.ts';
import { meanOf } from '../../../../src/monitoring/estimate/prediction-powered.ts';
import {
  byCurves,
  byDifficulty,
  combined,
} from '../../../../src/monitoring/kinds/estimated/with-labels.ts';
import { kindOf } from '../../../../src/monitoring/kinds/index.ts';
import { buildSpec } from '../../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../../src/monitoring/profile/profile.ts';
import { meansOf } from '../../../../src/monitoring/watched-metric.ts';
import { binary } from '../../../../src/tasks/binary/index.ts';
import { regression } from '../../../../src/tasks/regression/index.ts';

const asked = { task: binary, classes: [] };
const random = createRandom(4);
const scores = (rows: number) => Float64Array.from({ length: rows }, () => random.uniform());
const labelsOf = (answers: Float64Array, chance: (score: number) => number) =>
  Array.from(answers, (score) => (random.uniform() < chance(score) ? 1 : 0));

const evaluated = scores(4000);
const estimator = fitEstimator(
  asked,
  { labels: labelsOf(evaluated, (score) => score), answers: evaluated, features: {} },
  {},
);
if (estimator.kind !== 'calibrated') throw new Error('a score is calibrated');
const { curves } = estimator;

/** A window of 2,000 predictions, of which the first few have labels. */
function window(few: number, chance: (score: number) => number, extra: (number | string)[] = []) {
  const answers = scores(2000);
  const own = answers.slice(0, few + extra.length);
  const labels = [...labelsOf(answers.slice(0, few), chance), ...extra];
  const found = {
    ...{ predictions: 2000, rows: labels.length, answers: own },
    labels,
    features: {},
  };
  const estimates = estimateMetrics(asked, answers, probabilitiesOf(curves, answers));
  return {
    alone: estimates,
    ...combined(estimates, byCurves(curves, answers, asked), found, asked),
  };
}

describe('an estimate with the labels there are', () => {
  it('sees concept drift, which the estimate alone does not', () => {
    // A score of 0.9 now means what 0.1 meant.
    const { estimates, alone, labelled } = window(200, (score) => 1 - score);
    expect(labelled).toBe(200);
    expect(alone['accuracy']?.value).toBeCloseTo(0.75, 1);
    const { value = Number.NaN, error = Number.NaN } = estimates['accuracy'] ?? {};
    expect(Math.abs(value - 0.25)).toBeLessThan(4 * error);
    expect(value + 3 * error).toBeLessThan(0.5);
  });

  it('is near the estimate where nothing changed, and more certain than labels alone', () => {
    const { estimates, alone } = window(200, (score) => score);
    for (const name of ['accuracy', 'brier', 'logLoss']) {
      const { value = Number.NaN, error = Number.NaN } = estimates[name] ?? {};
      expect(Math.abs(value - (alone[name]?.value ?? Number.NaN))).toBeLessThan(4 * error);
    }
    expect(estimates['auc']).toEqual(alone['auc']);
  });

  it('is the estimate alone with fewer than 100 labels, or with labels of another task', () => {
    const few = window(99, (score) => 1 - score);
    expect(few.labelled).toBe(0);
    expect(few.estimates).toEqual(few.alone);
    const mixed = window(100, (score) => score, ['cat', 'dog']);
    expect(mixed.labelled).toBe(100);
  });

  it('is not together with weights', () => {
    const kind = kindOf('estimated');
    const faultsOf = (keys: Record<string, unknown>, task: typeof binary | typeof regression) =>
      kind
        .faults(
          { name: 'estimate', ...kind.schema.parse({ kind: 'estimated', ...keys }) },
          { name: 'flights', features: {}, task },
        )
        .map(({ key }) => key);
    expect(faultsOf({ with_labels: true }, binary)).toEqual([]);
    expect(faultsOf({ with_labels: true }, regression)).toEqual([]);
    expect(faultsOf({ with_labels: true, weighted: true }, binary)).toEqual(['with_labels']);
  });
});

describe('an estimate of a regression with the labels there are', () => {
  // Rows from AA are easy and those from UA hard; their errors are exponential.
  const judged = { task: regression, classes: [] };
  const hardness = { AA: 1, UA: 4 };
  const carriers = (rows: number, share: number) =>
    Array.from({ length: rows }, () => (random.uniform() < share ? 'UA' : ('AA' as const)));
  const errorsOf = (all: readonly (keyof typeof hardness)[], times: number) =>
    Float64Array.from(all, (one) => -Math.log(1 - random.uniform()) * hardness[one] * times);
  const known = carriers(4000, 0.5);
  const spec = buildSpec(known);
  const fitted = fitDifficulty(errorsOf(known, 1), { carrier: { spec, values: known } });

  /** The standard error of the mean of labels alone. */
  function errorOf(errors: Float64Array): number {
    const mean = meanOf(errors);
    return Math.sqrt(meanOf(errors.map((error) => (error - mean) ** 2)) / errors.length);
  }

  /** Of 2,000 predictions, all of which are 10. */
  function regressed(few: number, { share = 0.5, times = 1 }) {
    const all = carriers(2000, share);
    const errors = errorsOf(all, times);
    const profiles = { carrier: profileOf(spec, all) };
    const expected = expectedError(fitted, profiles);
    if (!expected) throw new Error('a window of 2,000 rows');
    const answers = new Float64Array(few).fill(10);
    const found = {
      ...{ predictions: 2000, rows: few, answers },
      labels: Array.from(errors.subarray(0, few), (error) => 10 + error),
      features: { carrier: all.slice(0, few) },
    };
    const alone = { mae: expected.estimate };
    const truth = times * (1 + 3 * (all.filter((one) => one === 'UA').length / all.length));
    return {
      ...{ truth, alone: expected.estimate, labels: errorOf(errors.subarray(0, few)) },
      ...combined(alone, byDifficulty(fitted, expected, profiles), found, judged),
    };
  }

  it('sees concept drift, which the estimate alone does not', () => {
    const { estimates, alone, truth, labelled } = regressed(200, { times: 2 });
    expect(labelled).toBe(200);
    expect(Math.abs(alone.value - truth)).toBeGreaterThan(2);
    const { value = Number.NaN, error = Number.NaN } = estimates['mae'] ?? {};
    expect(Math.abs(value - truth)).toBeLessThan(4 * error);
    expect(value - 3 * error).toBeGreaterThan(alone.value);
  });

  it('expects of the rows, whose numbers the log has as text, what it expects of their profiles', () => {
    const rows = 500;
    const hour = Array.from({ length: rows }, (_, row) => (row % 24) + 0.5);
    const answers = scores(rows);
    const carrier = carriers(rows, 0.3);
    const typed = { hour, carrier, value: answers };
    const columns = Object.fromEntries(
      Object.entries(typed).map(([name, values]) => {
        const bins = buildSpec(Array.from<unknown>(values));
        return [name, { spec: bins, values }];
      }),
    );
    const difficulty = fitDifficulty(
      Float64Array.from(hour, (one, row) => one / 10 + (answers[row] ?? 0)),
      columns,
    );
    const profiles = Object.fromEntries(
      Object.entries(columns).map(([name, { spec: bins, values }]) => [
        name,
        profileOf(bins, Array.from<unknown>(values)),
      ]),
    );
    const expected = expectedError(difficulty, profiles) ?? { rows: 0, mean: 0 };
    const [metric] = meansOf(regression);
    if (!metric) throw new Error('a regression has a mean error');
    const each = byDifficulty(difficulty, expected, profiles).of(
      metric,
      { labels: new Float64Array(rows), answers, classes: [] },
      { carrier, hour: hour.map(String) },
    );
    expect(new Set(each.map((one) => Math.round(one * 1e6))).size).toBeGreaterThan(100);
    expect(meanOf(each)).toBeCloseTo(expected.mean, 9);
  });

  it('is the estimate alone with fewer than 100 labels', () => {
    const few = regressed(99, { times: 2 });
    expect(few).toMatchObject({ labelled: 0, estimates: { mae: few.alone } });
  });

  /** The table of docs/monitor-estimated.md. */
  it.each([
    { few: 100, share: 0.5, times: 1 },
    { few: 100, share: 0.8, times: 1 },
    { few: 100, share: 0.5, times: 1.5 },
    { few: 300, share: 0.5, times: 1.5 },
  ])('covers the truth: $few labels, $share from UA, errors × $times', ({ few, share, times }) => {
    const runs = 300;
    const found = { covered: 0, three: 0, width: 0, alone: 0 };
    for (let run = 0; run < runs; run += 1) {
      const { estimates, alone, truth, labels } = regressed(few, { share, times });
      const { value = Number.NaN, error = Number.NaN } = estimates['mae'] ?? {};
      const off = Math.abs(value - truth);
      found.width += error / labels / runs;
      if (off < 1.96 * error) found.covered += 1 / runs;
      if (off < 3 * error) found.three += 1 / runs;
      if (Math.abs(alone.value - truth) < 0.25) found.alone += 1 / runs;
    }
    expect(found.width).toBeLessThan(1.01);
    expect(found.covered).toBeGreaterThan(0.88);
    expect(found.three).toBeGreaterThan(0.96);
    expect(Math.round(found.alone)).toBe(times === 1 ? 1 : 0);
  });
});
