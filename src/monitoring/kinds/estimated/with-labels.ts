import type { LabelledColumns } from '../../../core/ports/predictions.ts';
import type { Answers, Judged } from '../../../core/task.ts';
import type { Answering } from '../../answers.ts';
import { type Difficulty, expectedErrors } from '../../estimate/difficulty.ts';
import type { Estimator } from '../../estimate/estimator.ts';
import { type Estimate, expectedLosses, probabilitiesOf } from '../../estimate/expected.ts';
import { type Everywhere, meanOf, predictionPowered } from '../../estimate/prediction-powered.ts';
import type { Profile } from '../../profile/profile.ts';
import { readLabels } from '../../read-labels.ts';
import { meansOf, type WatchedMetric } from '../../watched-metric.ts';

type Asked = Pick<Answering, 'task' | 'classes'>;

/** With fewer, three standard errors say little about the mean of a skewed loss. */
const MIN_LABELS = 100;

/** What a model without labels expects of a window. */
interface Expectation {
  /** Labelled or not. */
  rows: number;
  /** The mean loss of all rows. */
  mean(metric: WatchedMetric): number;
  /** The loss of each labelled row. */
  of(metric: WatchedMetric, rows: Judged, features: LabelledColumns['features']): Float64Array;
}

/**
 * The estimates of a window's means, combined with the labels that some of its rows have; the others as they are.
 * Without enough labels, all of them as they are.
 */
export function combined(
  estimates: Readonly<Record<string, Estimate>>,
  expectation: Expectation,
  found: LabelledColumns,
  { task, classes }: Asked,
): { estimates: Record<string, Estimate>; labelled: number } {
  const { rows, features } = readLabels(found, { task, classes });
  const labelled = rows.labels.length;
  // Labels may have come for rows that were logged after the others were counted.
  if (labelled < MIN_LABELS || expectation.rows < labelled)
    return { estimates: { ...estimates }, labelled: 0 };
  const means = meansOf(task).filter(({ name }) => estimates[name] !== undefined);
  const corrected = means.map((metric): [string, Estimate] => {
    const all: Everywhere = { rows: expectation.rows, mean: expectation.mean(metric) };
    const { mean, error } = predictionPowered(all, {
      losses: Float64Array.from(rows.labels, (_, row) => metric.loss.of(rows, row)),
      expected: expectation.of(metric, rows, features),
    });
    return [metric.name, { value: metric.higherIsBetter ? 1 - mean : mean, error }];
  });
  return { estimates: { ...estimates, ...Object.fromEntries(corrected) }, labelled };
}

/** What calibrated answers expect (CBPE). */
export function byCurves(
  curves: Extract<Estimator, { kind: 'calibrated' }>['curves'],
  answers: Answers,
  asked: Asked,
): Expectation {
  const probabilities = probabilitiesOf(curves, answers);
  return {
    rows: answers.length / Math.max(1, asked.task.answer.width(asked.classes)),
    mean: (metric) => meanOf(expectedLosses(metric, asked, answers, probabilities)),
    of: (metric, rows) =>
      expectedLosses(metric, asked, rows.answers, probabilitiesOf(curves, rows.answers)),
  };
}

/** What the second model expects (DLE): of all rows by their profiles, of a labelled one by its own values. */
export function byDifficulty(
  difficulty: Difficulty,
  { rows, mean }: Everywhere,
  profiles: Readonly<Record<string, Profile>>,
): Expectation {
  return {
    rows,
    mean: () => mean,
    of(_, { labels, answers }, features) {
      const columns = Object.entries({ ...features, [ANSWER]: answers }).flatMap(
        ([name, values]) => {
          const spec = profiles[name]?.spec;
          if (!spec) return [];
          // The log has features as text.
          const sent = (value: unknown) => (typeof value === 'string' ? Number(value) : value);
          const read = spec.kind === 'categories' ? values : Array.from<unknown>(values).map(sent);
          return [[name, { spec, values: read }] as const];
        },
      );
      return expectedErrors(difficulty, labels.length, Object.fromEntries(columns));
    },
  };
}

/** The column of the answers, as the estimator was fitted with it. */
const ANSWER = 'value';

/** Features that `byDifficulty` wants of the labelled rows. */
export const featuresOf = ({ columns }: Difficulty): string[] =>
  Object.keys(columns).filter((name) => name !== ANSWER);
