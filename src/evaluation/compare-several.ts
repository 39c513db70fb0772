import { holm } from '../core/holm.ts';
import type { Answers, Task } from '../core/task.ts';
import { joinVerdicts, judgeDifference } from '../core/verdict.ts';
import { type CompareInput, type Comparison, compareAnswers } from './compare.ts';

/**
 * Compares several challengers with one champion on the same rows, in the order given. With the number of challengers
 * grows the chance that one looks better by luck: intervals hold for all challengers at once (Bonferroni), and p is
 * adjusted by Holm over the co-primary metrics of all. One challenger is judged as by `compareAnswers`.
 */
export function compareSeveral(
  task: Task,
  {
    challengers,
    ...input
  }: Omit<CompareInput, 'challenger' | 'together'> & { challengers: readonly Answers[] },
): Comparison[] {
  const all = challengers.map((challenger) =>
    compareAnswers(task, { ...input, challenger, together: challengers.length }),
  );
  const primary = all.flatMap(({ metrics }) => metrics.filter((metric) => metric.primary));
  const adjusted = holm(primary.map(({ p }) => p ?? 1));
  const pOf = new Map(primary.map((metric, at) => [metric, adjusted[at]]));
  return all.map((comparison) => {
    const metrics = comparison.metrics.map((metric) => {
      const adjustedP = metric.p === undefined ? undefined : (pOf.get(metric) ?? metric.p);
      const judged = { low: metric.low, high: metric.high, adjustedP };
      return { ...metric, adjustedP, verdict: judgeDifference(judged, metric.margin) };
    });
    const deciding = metrics.filter((metric) => metric.primary).map(({ verdict }) => verdict);
    return { ...comparison, metrics, verdict: joinVerdicts(deciding) };
  });
}
