import type { Answers } from './workbench.ts';

/** How much a difference matters: what two models answer to the same rows. */
export interface Effect {
  rows: number;
  /** Rows with a different answer. */
  differing: number;
  /** The largest difference of a number in an answer. */
  largest: number;
  /** Of the recorded model, and of the one that was trained now. */
  metrics: { name: string; recorded: number; now: number }[];
}

/** Pure. Both have the same rows. */
export function effectOf(recorded: Answers, now: Answers): Effect {
  const width = recorded.answers.length / recorded.rows;
  let differing = 0;
  let largest = 0;
  for (let row = 0; row < recorded.rows; row++) {
    let most = 0;
    for (let at = row * width; at < (row + 1) * width; at++)
      most = Math.max(most, Math.abs((recorded.answers[at] ?? 0) - (now.answers[at] ?? 0)));
    if (most > 0) differing += 1;
    largest = Math.max(largest, most);
  }
  const metrics = Object.entries(recorded.metrics).flatMap(([name, value]) => {
    const other = now.metrics[name];
    return other === undefined ? [] : [{ name, recorded: value, now: other }];
  });
  return { rows: recorded.rows, differing, largest, metrics };
}
