import { holm } from '../../../core/holm.ts';
import { chiSquareTail } from '../../statistics/distributions.ts';
import type { Slice } from './measurement.ts';

/** Values of a column that are compared, and slices that are kept. */
const MOST_VALUES = 20;
const KEPT = 10;

interface Sums {
  rows: number;
  sum: number;
  squares: number;
}

/**
 * The slices of a window that have enough rows, the worst first. Each is compared with all other rows by Welch's z of
 * the mean loss, one-sided, and p is adjusted over all slices of all columns (Holm).
 * @param features values by column, one per row of `losses`
 */
export function slicesOf(
  losses: Float64Array,
  features: Readonly<Record<string, readonly (string | null)[]>>,
  minRows: number,
): Slice[] {
  const found = Object.entries(features).flatMap(([column, values]) => {
    const groups = sumsBy(values, losses);
    const all = [...groups.values()].reduce(added, { rows: 0, sum: 0, squares: 0 });
    return [...groups]
      .toSorted(([, a], [, b]) => b.rows - a.rows)
      .slice(0, MOST_VALUES)
      .filter(([, { rows }]) => rows >= minRows && all.rows - rows >= minRows)
      .map(([value, sums]) => ({ column, value, ...compared(sums, all) }));
  });
  const adjusted = holm(found.map(({ p }) => p));
  return found
    .map((slice, at) => ({ ...slice, p: adjusted[at] ?? 1 }))
    .toSorted((a, b) => a.p - b.p || b.loss - a.loss)
    .slice(0, KEPT);
}

function sumsBy(values: readonly (string | null)[], losses: Float64Array) {
  const groups = new Map<string | null, Sums>();
  for (const [row, value] of values.entries()) {
    const loss = losses[row] ?? 0;
    const sums = groups.get(value) ?? { rows: 0, sum: 0, squares: 0 };
    groups.set(value, sums);
    sums.rows += 1;
    sums.sum += loss;
    sums.squares += loss * loss;
  }
  return groups;
}

const added = (a: Sums, b: Sums): Sums => ({
  ...{ rows: a.rows + b.rows, sum: a.sum + b.sum, squares: a.squares + b.squares },
});

function compared(slice: Sums, all: Sums): { rows: number; loss: number; p: number } {
  const rest = {
    rows: all.rows - slice.rows,
    sum: all.sum - slice.sum,
    squares: all.squares - slice.squares,
  };
  const mean = ({ sum, rows }: Sums) => sum / rows;
  const variance = (one: Sums) => Math.max(0, one.squares / one.rows - mean(one) ** 2) / one.rows;
  const z = (mean(slice) - mean(rest)) / Math.sqrt(variance(slice) + variance(rest));
  const tail = Number.isFinite(z) ? chiSquareTail(z * z, 1) / 2 : 1;
  return { rows: slice.rows, loss: mean(slice), p: z > 0 ? tail : 1 - tail };
}
