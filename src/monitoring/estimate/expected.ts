import type { Answers, Classes, Task } from '../../core/task.ts';
import { estimatePerformance } from '../statistics/cbpe.ts';
import { fitIsotonic, type Isotonic, isotonicAt } from '../statistics/isotonic.ts';
import { meansOf, type WatchedMetric } from '../watched-metric.ts';

/** A metric's estimate, and its standard error if it is a mean. */
export type Estimate = { value: number; error?: number };

/** One curve for a score; one for each class for probabilities, one against the rest. `weights`: of the rows. */
export function fitCurves(
  labels: ArrayLike<number>,
  answers: Answers,
  width: number,
  weights?: ArrayLike<number>,
): Isotonic[] {
  return Array.from({ length: width }, (_, column) =>
    fitIsotonic(
      columnOf(answers, column, width),
      Float64Array.from(labels, (label) => (width === 1 ? label : Number(label === column))),
      weights,
    ),
  );
}

/** The probability of each possible label, row by row: of 0 and 1 for a score. */
export function probabilitiesOf(curves: readonly Isotonic[], answers: Answers): Float64Array {
  const width = curves.length;
  const labels = Math.max(2, width);
  const found = new Float64Array((answers.length / width) * labels);
  for (let row = 0; row * width < answers.length; row += 1) {
    const given = curves.map((curve, at) => isotonicAt(curve, answers[row * width + at] ?? 0));
    const [first = 0] = given;
    const shares = width === 1 ? [1 - first, first] : normalized(given);
    found.set(shares, row * labels);
  }
  return found;
}

/** Curves that were fitted apart do not add up to 1. */
function normalized(shares: readonly number[]): number[] {
  const sum = shares.reduce((all, one) => all + one, 0);
  return shares.map((one) => (sum > 0 ? one / sum : 1 / shares.length));
}

/**
 * Confidence-based estimates (CBPE, for several classes M-CBPE; NannyML) of the metrics of rows without labels: for
 * means over rows, each row's expected loss under its probabilities, with the standard error of the mean; for the
 * others from expected counts.
 */
export function estimateMetrics(
  { task, classes }: { task: Task; classes: Classes },
  answers: Answers,
  probabilities: Float64Array,
): Record<string, Estimate> {
  const width = Math.max(1, task.answer.width(classes));
  const rows = answers.length / width;
  if (rows === 0) return {};
  const asked = { task, classes };
  const means = meansOf(task).map((metric) => {
    let [sum, variance] = [0, 0];
    eachExpected(metric, asked, answers, probabilities, (_, mean, square) => {
      sum += mean;
      variance += Math.max(0, square - mean * mean);
    });
    const value = metric.higherIsBetter ? 1 - sum / rows : sum / rows;
    return [metric.name, { value, error: Math.sqrt(variance) / rows }] as const;
  });
  const counted =
    width === 1 ? ofScore(answers, probabilities) : ofClasses(answers, probabilities, classes);
  return { ...defined(counted), ...Object.fromEntries(means) };
}

/** The expected loss of each row under its probabilities. */
export function expectedLosses(
  metric: WatchedMetric,
  asked: { task: Task; classes: Classes },
  answers: Answers,
  probabilities: Float64Array,
): Float64Array {
  const found = new Float64Array(
    answers.length / Math.max(1, asked.task.answer.width(asked.classes)),
  );
  eachExpected(metric, asked, answers, probabilities, (row, mean) => {
    found[row] = mean;
  });
  return found;
}

/** The mean of each row's loss under its probabilities, and of its square. */
function eachExpected(
  { loss }: WatchedMetric,
  { task, classes }: { task: Task; classes: Classes },
  answers: Answers,
  probabilities: Float64Array,
  take: (row: number, mean: number, square: number) => void,
): void {
  const width = Math.max(1, task.answer.width(classes));
  const rows = answers.length / width;
  const labels = Math.max(2, width);
  const as = Array.from({ length: labels }, (_, label) => ({
    ...{ labels: new Float64Array(rows).fill(label), answers, classes },
  }));
  for (let row = 0; row < rows; row += 1) {
    let [mean, square] = [0, 0];
    for (const [label, judged] of as.entries()) {
      const [p, one] = [probabilities[row * labels + label] ?? 0, loss.of(judged, row)];
      mean += p * one;
      square += p * one * one;
    }
    take(row, mean, square);
  }
}

function ofScore(scores: Answers, probabilities: Float64Array): Record<string, number | undefined> {
  const { auc, f1, precision, recall } = estimatePerformance(scores, columnOf(probabilities, 1, 2));
  return { auc, f1, precision, recall };
}

function ofClasses(
  answers: Answers,
  probabilities: Float64Array,
  classes: Classes,
): Record<string, number | undefined> {
  const width = classes.length;
  const best = Array.from({ length: answers.length / width }, (_, row) => {
    let at = 0;
    for (let other = 1; other < width; other += 1)
      if ((answers[row * width + other] ?? 0) > (answers[row * width + at] ?? 0)) at = other;
    return at;
  });
  const each = classes.map((name, at) => {
    const p = columnOf(probabilities, at, width);
    const said = Float64Array.from(best, (one) => Number(one === at));
    const { recall, f1 } = estimatePerformance(said, p);
    return { name, recall, f1, auc: estimatePerformance(columnOf(answers, at, width), p).auc };
  });
  const mean = (values: (number | undefined)[]) => {
    const some = values.flatMap((value) => value ?? []);
    return some.length > 0 ? some.reduce((all, one) => all + one, 0) / some.length : undefined;
  };
  return {
    macroF1: mean(each.map(({ f1 }) => f1)),
    auc: mean(each.map(({ auc }) => auc)),
    ...Object.fromEntries(each.map(({ name, recall }) => [`recall[${name}]`, recall])),
  };
}

function columnOf(values: Answers, column: number, width: number): Float64Array {
  return Float64Array.from(
    { length: values.length / width },
    (_, row) => values[row * width + column] ?? 0,
  );
}

const defined = (values: Record<string, number | undefined>): Record<string, Estimate> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, { value }]],
    ),
  );
