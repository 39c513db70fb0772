import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../bench/alarms/random.ts';
import { fitEstimator } from '../../../../src/monitoring/estimate/estimator.ts';
import { estimateMetrics, probabilitiesOf } from '../../../../src/monitoring/estimate/expected.ts';
import { combined } from '../../../../src/monitoring/kinds/estimated/with-labels.ts';
import { kindOf } from '../../../../src/monitoring/kinds/index.ts';
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
  return { alone: estimates, ...combined(estimates, { curves, answers }, found, asked) };
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

  it('is neither for regression nor together with weights', () => {
    const kind = kindOf('estimated');
    const faultsOf = (keys: Record<string, unknown>, task: typeof binary | typeof regression) =>
      kind
        .faults(
          { name: 'estimate', ...kind.schema.parse({ kind: 'estimated', ...keys }) },
          { name: 'flights', features: {}, task },
        )
        .map(({ key }) => key);
    expect(faultsOf({ with_labels: true }, binary)).toEqual([]);
    expect(faultsOf({ with_labels: true }, regression)).toEqual(['with_labels']);
    expect(faultsOf({ with_labels: true, weighted: true }, binary)).toEqual(['with_labels']);
  });
});
