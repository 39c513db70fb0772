import type { Answers } from '../core/task.ts';

/**
 * How far apart two sets of answers to the same rows are, row by row.
 * @param width numbers of each answer; the one that is furthest apart counts
 * @returns absolute differences in ascending order, one for each row; infinite where either has no finite number
 */
export function differencesOf(theirs: Answers, ours: Answers, width: number): Float64Array {
  if (theirs.length !== ours.length || width < 1)
    throw new RangeError(`comparing ${theirs.length} numbers with ${ours.length}`);
  const differences = Float64Array.from({ length: theirs.length / width }, (_, row) => {
    let most = 0;
    for (let at = row * width; at < (row + 1) * width; at += 1) {
      const apart = Math.abs((theirs[at] ?? Number.NaN) - (ours[at] ?? Number.NaN));
      most = Math.max(most, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
    }
    return most;
  });
  return differences.sort();
}

/** What is kept of the differences. */
export function agreementIn(differences: Float64Array): {
  rows: number;
  median: number;
  largest: number;
} {
  const rows = differences.length;
  const at = (row: number) => differences[row] ?? Number.POSITIVE_INFINITY;
  return { rows, median: at(Math.floor((rows - 1) / 2)), largest: at(rows - 1) };
}
