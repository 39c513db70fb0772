import type { Window } from '../core/model.ts';
import { MIN_PROBED, type ProbedMetric } from '../core/probe.ts';
import type { Answers, Classes, Margin, Task } from '../core/task.ts';
import { compareAnswers } from './compare.ts';

/** Enough for an interval of two digits, and half the time of a comparison. */
const RESAMPLES = 1000;

interface Probed {
  task: Task;
  classes: Classes;
  /** By name, of the task. */
  metric: string;
  margin?: Margin | undefined;
  labels: ArrayLike<number>;
  /** Of each row, in milliseconds. */
  times: ArrayLike<number>;
  live: Answers;
  candidate: Answers;
  /** Rows of these times are no test: a model knows the answers of the days it was trained on. */
  trained: readonly Window[];
}

/**
 * Compares a candidate with the live version on the same labelled rows, as a challenger with a champion. A row counts if
 * both answers are usable.
 * @returns how many rows there are, if they are too few
 */
export function compareProbed(probed: Probed): ProbedMetric | { tooFew: number } {
  const { task, classes, metric, margin, labels, times, live, candidate, trained } = probed;
  const width = task.answer.width(classes);
  const kept: number[] = [];
  for (let row = 0; row < labels.length; row += 1) {
    const time = times[row] ?? Number.NaN;
    const isSeen = trained.some(({ from, to }) => time >= from.getTime() && time < to.getTime());
    const isUsable = [live, candidate].every(
      (answers) => task.answer.fault(answers, row, classes) === undefined,
    );
    if (!isSeen && isUsable) kept.push(row);
  }
  if (kept.length < MIN_PROBED) return { tooFew: kept.length };
  const compared = compareAnswers(task, {
    labels: Float64Array.from(kept, (row) => labels[row] ?? Number.NaN),
    champion: rowsOf(live, kept, width),
    challenger: rowsOf(candidate, kept, width),
    ...{ classes, margin, primary: [metric] },
    resamples: RESAMPLES,
  });
  const found = compared.metrics.find(({ name }) => name === metric);
  return {
    rows: kept.length,
    ...{ live: found?.champion, candidate: found?.challenger, delta: found?.delta },
    ...{ low: found?.low, high: found?.high, p: found?.p, leastP: found?.leastP },
  };
}

function rowsOf(answers: Answers, rows: readonly number[], width: number): Float64Array {
  const kept = new Float64Array(rows.length * width);
  for (const [at, row] of rows.entries())
    for (let n = 0; n < width; n += 1)
      kept[at * width + n] = answers[row * width + n] ?? Number.NaN;
  return kept;
}
