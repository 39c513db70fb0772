import type { Components, Groups, Pair } from '../../core/task.ts';
import { pinballOf, QUANTILES, rSquared } from './metrics.ts';

/** How many numbers each unit contributes; in the order of `add` below. */
const WIDTH = 10;

/** The components of all metrics, summed by group. Labels are centred, so that their squares do not cancel. */
export function componentsOf({ labels, champion, challenger }: Pair, groups: Groups): Components {
  const parts = new Float64Array(groups.count * WIDTH);
  const mean = Array.from(labels).reduce((sum, label) => sum + label / labels.length, 0);
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? 0;
    const [old, young] = [champion[row] ?? 0, challenger[row] ?? 0];
    const [before, after] = [Math.abs(old - label), Math.abs(young - label)];
    const group = groups.of[row] ?? 0;
    const add = (at: number, value: number): void => {
      const place = at * groups.count + group;
      parts[place] = (parts[place] ?? 0) + value;
    };
    const loss = (quantile: number) =>
      pinballOf(label, old, quantile) - pinballOf(label, young, quantile);
    add(0, 1);
    add(1, label - mean);
    add(2, (label - mean) ** 2);
    add(3, before ** 2);
    add(4, after ** 2);
    add(5, before - after);
    add(6, (before - after) / Math.abs(label));
    add(7, loss(QUANTILES.pinball10));
    add(8, loss(QUANTILES.pinball50));
    add(9, loss(QUANTILES.pinball90));
  }
  return { parts, width: WIDTH };
}

type Improvement = (sums: Float64Array) => number | undefined;

/** Challenger compared with champion, from summed components; positive means that the challenger is better. */
export const improvements = {
  rmse: (sums) => root(sums, 3) - root(sums, 4),
  mae: (sums) => perRow(sums, 5),
  r2(sums) {
    const [rows = 0, sum = 0, squares = 0, before = 0, after = 0] = sums;
    if (rows < 2) return undefined;
    const spread = squares - (sum * sum) / rows;
    return rSquared(after, spread) - rSquared(before, spread);
  },
  mape: (sums) => perRow(sums, 6),
  pinball10: (sums) => perRow(sums, 7),
  pinball50: (sums) => perRow(sums, 8),
  pinball90: (sums) => perRow(sums, 9),
} satisfies Record<string, Improvement>;

function perRow(sums: Float64Array, at: number): number {
  return (sums[at] ?? 0) / (sums[0] ?? 1);
}

function root(sums: Float64Array, at: number): number {
  return Math.sqrt(perRow(sums, at));
}
