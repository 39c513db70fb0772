import { z } from 'zod';
import type { Answers, Classes, Labels, Task } from '../../core/task.ts';
import type { Profile } from '../profile/profile.ts';
import { meansOf } from '../watched-metric.ts';
import { fitDifficulty } from './difficulty.ts';
import { fitCurves } from './expected.ts';

const Numbers = z.array(z.number()).readonly();
/** A realised metric of the evaluation with its standard error. */
const Realised = z.record(z.string(), z.object({ value: z.number(), error: z.number() }));

/** What was fitted on the evaluated rows of a version, to estimate performance without labels. */
export const Estimator = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('calibrated'),
    curves: z.array(z.object({ x: Numbers, y: Numbers })),
    realised: Realised,
  }),
  z.object({
    kind: z.literal('difficulty'),
    difficulty: z.object({
      base: z.number(),
      columns: z.record(z.string(), Numbers),
      variance: z.number(),
    }),
    realised: Realised,
  }),
]);

export type Estimator = z.output<typeof Estimator>;

/** Rows with labels that the version was not trained on, and its answers to them. */
interface Evaluated {
  labels: Labels;
  answers: Answers;
  features: Readonly<Record<string, ArrayLike<unknown>>>;
}

/**
 * Fits what estimates the performance of a version: a calibration of its scores or probabilities (CBPE), or for a
 * value a model of its error by the bins of these profiles (DLE).
 */
export function fitEstimator(
  { task, classes }: { task: Task; classes: Classes },
  { labels, answers, features }: Evaluated,
  profiles: Readonly<Record<string, Profile>>,
): Estimator {
  const realised = Object.fromEntries(
    meansOf(task).map(({ name, higherIsBetter, loss }) => {
      const losses = Array.from(labels, (_, row) => loss.of({ labels, answers, classes }, row));
      const mean = losses.reduce((sum, one) => sum + one / losses.length, 0);
      const square = losses.reduce((sum, one) => sum + (one - mean) ** 2 / losses.length, 0);
      const value = higherIsBetter ? 1 - mean : mean;
      return [name, { value, error: Math.sqrt(square / losses.length) }];
    }),
  );
  const values = task.answer.fields.find(({ name }) => name === 'value');
  if (!values) {
    const curves = fitCurves(labels, answers, task.answer.width(classes));
    return { kind: 'calibrated', curves, realised };
  }
  const errors = Array.from(labels, (label, row) => Math.abs((answers[row] ?? 0) - label));
  const columns = Object.entries({ ...features, value: answers }).flatMap(([name, column]) => {
    const spec = profiles[name]?.spec;
    return spec ? [[name, { spec, values: column }] as const] : [];
  });
  return {
    kind: 'difficulty',
    difficulty: fitDifficulty(errors, Object.fromEntries(columns)),
    realised,
  };
}
