import type { Grouped } from './column-groups.ts';
import { studentTwoSided } from './distributions.ts';
import { holm } from './holm.ts';
import type { Groups } from './task.ts';

const ALPHA = 0.05;

/** The mean loss of the rows with one value of a column, compared with that of all other rows. */
export interface ComparedSlice {
  column: string;
  value: string;
  rows: number;
  inside: number;
  outside: number;
  /** Of inside − outside. */
  error: number;
  /** Two-sided, of no difference. */
  p: number;
  /** By Holm over all slices. */
  adjustedP: number;
  /** A larger loss than elsewhere, at 5% over all slices. */
  isWeak: boolean;
}

interface Fewest {
  /** Rows of a slice, and of all others. */
  rows: number;
  groups: number;
}

/** Sizes, sums and sums of squares: of all other rows, and of the slice. */
interface Sums {
  rows: number;
  sum: number;
  squares: number;
}

/**
 * Compares each slice with all other rows by the mean loss of a row. The error of the difference of the two means
 * comes from their influence functions, summed by group (Liang and Zeger 1986); where each row is its own group,
 * that is Welch's but for a factor near 1. Student's t has one degree of freedom less than the slice has groups. p is
 * adjusted by Holm over all slices. Slices with too few rows or groups, here or elsewhere, are not tested.
 * @param groups rows of one group depend on each other; without them, each row is its own
 */
export function compareSlices(
  losses: Float64Array,
  columns: Readonly<Record<string, Grouped>>,
  fewest: Fewest,
  groups?: Groups,
): ComparedSlice[] {
  const all = { rows: losses.length, sum: 0, squares: 0 };
  for (const loss of losses) {
    all.sum += loss;
    all.squares += loss * loss;
  }
  const found = Object.entries(columns).flatMap(([column, grouped]) => {
    const sums = sumsOf(grouped, losses);
    return grouped.names.flatMap((value, at) => {
      const own = sums[at];
      if (!own) return [];
      const rest = {
        rows: all.rows - own.rows,
        sum: all.sum - own.sum,
        squares: all.squares - own.squares,
      };
      if (Math.min(own.rows, rest.rows) < Math.max(1, fewest.rows)) return [];
      const [inside, outside] = [own.sum / own.rows, rest.sum / rest.rows];
      const { squares, count, degrees } = groups
        ? byGroup(losses, groups, grouped, at, [rest, own])
        : byRow([rest, own]);
      if (degrees + 1 < fewest.groups) return [];
      const error = Math.sqrt((squares * count) / (count - 1));
      const by = inside - outside;
      const p = error > 0 ? studentTwoSided(by / error, degrees) : by === 0 ? 1 : 0;
      return [{ column, value, rows: own.rows, inside, outside, error, p }];
    });
  });
  const adjusted = holm(found.map(({ p }) => p));
  return found.map((slice, at) => {
    const adjustedP = adjusted[at] ?? 1;
    return { ...slice, adjustedP, isWeak: adjustedP < ALPHA && slice.inside > slice.outside };
  });
}

function sumsOf({ of, names }: Grouped, losses: Float64Array): Sums[] {
  const sums = names.map(() => ({ rows: 0, sum: 0, squares: 0 }));
  for (let row = 0; row < losses.length; row += 1) {
    const into = sums[of[row] ?? -1];
    if (!into) continue;
    const loss = losses[row] ?? 0;
    into.rows += 1;
    into.sum += loss;
    into.squares += loss * loss;
  }
  return sums;
}

/** Of a mean: the sum of squares of (loss − mean) / rows. */
function byRow(sides: readonly [Sums, Sums]) {
  const squares = sides.reduce(
    (all, { rows, sum, squares: own }) => all + Math.max(0, own - (sum * sum) / rows) / rows ** 2,
    0,
  );
  const [rest, own] = sides;
  return { squares, count: rest.rows + own.rows, degrees: Math.min(rest.rows, own.rows) - 1 };
}

function byGroup(
  losses: Float64Array,
  { of, count }: Groups,
  grouped: Grouped,
  at: number,
  [rest, own]: readonly [Sums, Sums],
) {
  const influence = new Float64Array(count);
  const sides = new Uint8Array(count);
  for (let row = 0; row < losses.length; row += 1) {
    const group = of[row] ?? 0;
    const isInside = grouped.of[row] === at;
    const { rows, sum } = isInside ? own : rest;
    const away = ((losses[row] ?? 0) - sum / rows) / rows;
    influence[group] = (influence[group] ?? 0) + (isInside ? away : -away);
    sides[group] = (sides[group] ?? 0) | (isInside ? 2 : 1);
  }
  const withRows = (bit: number) => sides.reduce((all, bits) => all + (bits & bit ? 1 : 0), 0);
  const squares = influence.reduce((sum, one) => sum + one * one, 0);
  return { squares, count, degrees: Math.min(withRows(1), withRows(2)) - 1 };
}
