import { studentTwoSided } from '../core/distributions.ts';
import type { Groups } from '../core/task.ts';

/**
 * Two-sided p of "the mean over all rows is 0", by Student's t over groups of rows: the variation of the
 * groups' sums around their share of the mean, with one degree of freedom less than the number of groups. If
 * every row is its own group, this is the paired t-test. Undefined with fewer than two groups, or if the groups
 * do not vary.
 */
export function clusteredT(values: ArrayLike<number>, groups: Groups): number | undefined {
  const rows = values.length;
  const { of, count } = groups;
  if (count < 2) return undefined;
  let sum = 0;
  for (let row = 0; row < rows; row += 1) sum += values[row] ?? 0;
  const mean = sum / rows;
  const away = new Float64Array(count);
  for (let row = 0; row < rows; row += 1) {
    const group = of[row] ?? 0;
    away[group] = (away[group] ?? 0) + (values[row] ?? 0) - mean;
  }
  const squares = away.reduce((all, one) => all + one * one, 0);
  if (squares === 0) return mean === 0 ? 1 : undefined;
  const error = Math.sqrt((squares * count) / (count - 1)) / rows;
  return studentTwoSided(mean / error, count - 1);
}
