import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { expectedError } from '../../../src/monitoring/estimate/difficulty.ts';
import {
  estimateMetrics,
  fitCurves,
  probabilitiesOf,
} from '../../../src/monitoring/estimate/expected.ts';
import { profileOf } from '../../../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../../../src/monitoring/profile/reference.ts';
import { binary } from '../../../src/tasks/binary/index.ts';
import { multiclass } from '../../../src/tasks/multiclass/index.ts';
import { regression } from '../../../src/tasks/regression/index.ts';
import { cases, expectClose, number } from '../../reference/reference.ts';

const list = z.array(number);
const fixtures = cases(
  'cbpe.json',
  z.object({
    ...{ name: z.string(), ref_score: list, ref_y: list, cur_score: list, threshold: number },
    ...{ accuracy: number, precision: number, recall: number, f1: number, roc_auc: number },
    poisson_binomial_se_accuracy: number,
  }),
).filter(({ threshold }) => threshold === 0.5);

/** Rows whose labels follow their probabilities. */
function drawn(rows: number, classes: readonly string[], sharpness: number, seed = 1) {
  const random = seededRandom(seed);
  const answers = new Float64Array(rows * classes.length);
  const labels = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const weights = classes.map(() => random() ** sharpness);
    const sum = weights.reduce((all, one) => all + one, 0);
    const shares = weights.map((one) => one / sum);
    answers.set(shares, row * classes.length);
    let left = random();
    labels[row] = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
  }
  return { labels, answers, classes };
}

describe('monitoring/estimate', () => {
  it.each(fixtures)('agrees with NannyML on $name, with the standard error', (fixture) => {
    const curves = fitCurves(fixture.ref_y, fixture.ref_score, 1);
    const answers = fixture.cur_score;
    const probabilities = probabilitiesOf(curves, answers);
    const found = estimateMetrics({ task: binary, classes: [] }, answers, probabilities);
    expectClose(found['accuracy']?.value, fixture.accuracy);
    expectClose(found['accuracy']?.error, fixture.poisson_binomial_se_accuracy);
    for (const name of ['precision', 'recall', 'f1'] as const)
      expectClose(found[name]?.value, fixture[name]);
    expectClose(found['auc']?.value, fixture.roc_auc);
  });

  it('estimates two classes as it estimates a score', () => {
    const { labels, answers } = drawn(400, ['no', 'yes'], 1);
    const scores = labels.map((_, row) => answers[2 * row + 1] ?? 0);
    const one = estimateMetrics(
      { task: binary, classes: [] },
      scores,
      probabilitiesOf(fitCurves(labels, scores, 1), scores),
    );
    const two = estimateMetrics(
      { task: multiclass, classes: ['no', 'yes'] },
      answers,
      probabilitiesOf(fitCurves(labels, answers, 2), answers),
    );
    for (const name of ['accuracy', 'auc', 'logLoss']) {
      expectClose(two[name]?.value, one[name]?.value ?? Number.NaN);
      if (name !== 'auc') expectClose(two[name]?.error, one[name]?.error ?? Number.NaN);
    }
    expectClose(two['recall[yes]']?.value, one['recall']?.value ?? Number.NaN);
  });

  it('follows a change of the inputs of several classes within three standard errors', () => {
    const classes = ['early', 'on time', 'late'];
    const before = drawn(3000, classes, 3);
    const curves = fitCurves(before.labels, before.answers, 3);
    const after = drawn(3000, classes, 1, 2);
    const answers = after.answers;
    const found = estimateMetrics(
      { task: multiclass, classes },
      answers,
      probabilitiesOf(curves, answers),
    );
    const realised = multiclass.measure(after);
    const changed = multiclass.measure(before);
    expect(Math.abs((changed['accuracy'] ?? 0) - (realised['accuracy'] ?? 0))).toBeGreaterThan(0.1);
    for (const name of ['accuracy', 'logLoss']) {
      const { value, error = 0 } = found[name] ?? { value: Number.NaN };
      expect(Math.abs(value - (realised[name] ?? 0)), name).toBeLessThan(3 * error + 0.01);
    }
    for (const name of ['macroF1', 'auc', 'recall[late]'])
      expect(found[name]?.value, name).toBeCloseTo(realised[name] ?? Number.NaN, 1);
  });

  it('estimates nothing without rows', () => {
    expect(estimateMetrics({ task: binary, classes: [] }, [], new Float64Array())).toEqual({});
  });

  describe('of a regression', () => {
    const features = { airport: 'category', hour: 'number' } as const;
    /** The error is 2 at ORD and 1 elsewhere, and grows by the hour. */
    function rows(shareOfOrd: number, count = 4000) {
      const random = seededRandom(3);
      const airport = Array.from({ length: count }, () => (random() < shareOfOrd ? 'ORD' : 'ATL'));
      const hour = Array.from({ length: count }, (_, at) => at % 24);
      const answers = Float64Array.from({ length: count }, () => random() * 10);
      const labels = answers.map((answer, row) => {
        const size = (airport[row] === 'ORD' ? 2 : 1) + (hour[row] ?? 0) / 24;
        return answer + (random() < 0.5 ? -1 : 1) * size * random() * 2;
      });
      return { labels, answers, features: { airport, hour } };
    }
    const evaluated = rows(0.2);
    const spec = { features, task: regression };
    const reference = readReference(buildReference(spec, evaluated, evaluated.answers, evaluated));
    const estimate = (
      {
        features: columns,
        answers,
      }: Pick<ReturnType<typeof rows>, 'answers'> & {
        features: Readonly<Record<string, ArrayLike<unknown>>>;
      },
      known = reference,
    ) => {
      const profiles = { ...known.features, ...known.answers };
      const values: Record<string, ArrayLike<unknown>> = { ...columns, value: answers };
      const { estimator } = known;
      if (estimator?.kind !== 'difficulty') throw new Error('no model of the error');
      return expectedError(
        estimator.difficulty,
        Object.fromEntries(
          Object.entries(profiles).map(([name, { spec: bins }]) => [
            name,
            profileOf(bins, Array.from(values[name] ?? [])),
          ]),
        ),
      );
    };

    it('is the realised error on the rows it was fitted on', () => {
      const found = estimate(evaluated);
      const { mae = 0 } = regression.measure({ ...evaluated, classes: [] });
      expect(found?.rows).toBe(4000);
      expect(found?.estimate.value).toBeCloseTo(mae, 1);
      expect(reference.estimator?.realised['mae']?.value).toBeCloseTo(mae, 9);
    });

    it('follows a change of the inputs within three standard errors', () => {
      const changed = rows(0.8);
      const { mae = 0 } = regression.measure({ ...changed, classes: [] });
      const { value = 0, error = 0 } = estimate(changed)?.estimate ?? {};
      expect(mae - (reference.estimator?.realised['mae']?.value ?? 0)).toBeGreaterThan(0.4);
      expect(Math.abs(value - mae)).toBeLessThan(3 * error + 0.03);
    });

    it('is the realised error where values are missing, and follows how many are', () => {
      const hidden = (
        { features: { airport, hour }, ...rest }: ReturnType<typeof rows>,
        share: number,
      ) => {
        const random = seededRandom(5);
        const isHidden = hour.map(() => random() < share);
        const labels = rest.labels.map((label, row) =>
          isHidden[row] ? label + 8 * Math.sign(label - (rest.answers[row] ?? 0)) : label,
        );
        const seen = hour.map((one, row) => (isHidden[row] ? null : one));
        return { ...rest, labels, features: { airport, hour: seen } };
      };
      const trained = hidden(rows(0.2), 0.3);
      const known = readReference(buildReference(spec, trained, trained.answers, trained));
      for (const share of [0.3, 0.7]) {
        const window = hidden(rows(0.2), share);
        const { mae = 0 } = regression.measure({ ...window, classes: [] });
        const { value = 0, error = 0 } = estimate(window, known)?.estimate ?? {};
        expect(Math.abs(value - mae), `${share}`).toBeLessThan(3 * error + 0.05);
      }
    });

    it('is not estimated without rows', () => {
      expect(estimate({ ...evaluated, ...rows(0, 0) })).toBeUndefined();
    });
  });
});
