import type { LabelledColumns } from '../../../core/ports/predictions.ts';
import type { Answers } from '../../../core/task.ts';
import type { Answering } from '../../answers.ts';
import type { Estimator } from '../../estimate/estimator.ts';
import { type Estimate, expectedLosses, probabilitiesOf } from '../../estimate/expected.ts';
import { predictionPowered } from '../../estimate/prediction-powered.ts';
import { readLabels } from '../../read-labels.ts';
import { meansOf } from '../../watched-metric.ts';

type Curves = Extract<Estimator, { kind: 'calibrated' }>['curves'];

/** With fewer, three standard errors say little about the mean of a skewed loss. */
const MIN_LABELS = 100;

/**
 * The estimates of a window's means, combined with the labels that some of its rows have; the others as they are.
 * Without enough labels, all of them as they are.
 */
export function combined(
  estimates: Readonly<Record<string, Estimate>>,
  { curves, answers }: { curves: Curves; answers: Answers },
  found: LabelledColumns,
  { task, classes }: Pick<Answering, 'task' | 'classes'>,
): { estimates: Record<string, Estimate>; labelled: number } {
  const { rows } = readLabels(found, { task, classes });
  const labelled = rows.labels.length;
  // Labels may have come for rows that were logged after the answers were read.
  const total = answers.length / Math.max(1, task.answer.width(classes));
  if (labelled < MIN_LABELS || total < labelled)
    return { estimates: { ...estimates }, labelled: 0 };
  const asked = { task, classes };
  const probabilities = probabilitiesOf(curves, answers);
  const ofLabelled = probabilitiesOf(curves, rows.answers);
  const corrected = meansOf(task).map((metric): [string, Estimate] => {
    const { mean, error } = predictionPowered(
      expectedLosses(metric, asked, answers, probabilities),
      {
        losses: Float64Array.from(rows.labels, (_, row) => metric.loss.of(rows, row)),
        expected: expectedLosses(metric, asked, rows.answers, ofLabelled),
      },
    );
    return [metric.name, { value: metric.higherIsBetter ? 1 - mean : mean, error }];
  });
  return { estimates: { ...estimates, ...Object.fromEntries(corrected) }, labelled };
}
