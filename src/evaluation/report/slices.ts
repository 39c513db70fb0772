import type { Slice, Slices } from '../../core/evaluation-report.ts';
import { holm } from '../../core/holm.ts';
import type { FeatureSchema } from '../../core/model.ts';
import type { Groups, Judged, Metric, RowLoss } from '../../core/task.ts';
import { studentTwoSided, Z_95 } from '../distributions.ts';
import { groupsOf } from './groups.ts';

/** With fewer rows, neither a mean nor its error says much. */
const MIN_ROWS = 100;
const MIN_GROUPS = 30;
const ALPHA = 0.05;
const MOST_KEPT = 200;

export interface Sliced {
  judged: Judged;
  /** Rows of one group depend on each other. */
  groups: Groups;
  features: FeatureSchema;
  columns: Readonly<Record<string, ArrayLike<number | string | null>>>;
}

/** A metric that is a mean over rows. */
export type MeanMetric = Metric & { loss: RowLoss };

/**
 * Compares each slice with all other rows by the mean loss of a row. The error of the difference of the two means
 * comes from their influence functions, summed by group (Liang and Zeger 1986); where each row is its own group,
 * that is Welch's but for a factor near 1. Student's t has one degree of freedom less than the slice has groups. p is adjusted by Holm over
 * all slices. Slices of fewer than 100 rows or 30 groups, here or elsewhere, are not tested.
 */
export function measureSlices(metric: MeanMetric, sliced: Sliced): Slices {
  const { judged, groups, features, columns } = sliced;
  const losses = Float64Array.from(judged.labels, (_, row) => metric.loss.of(judged, row));
  const shown = (loss: number) => (metric.higherIsBetter ? 1 - loss : loss);
  const tested: Omit<Slice, 'adjustedP' | 'isWeak'>[] = [];
  for (const [column, kind] of Object.entries(features)) {
    const values = columns[column];
    if (!values) continue;
    const { of, names } = groupsOf(values, kind);
    for (const [at, value] of names.entries()) {
      const found = difference(losses, groups, (row) => of[row] === at);
      if (!found) continue;
      const { rows, inside, outside, error, degrees } = found;
      const by = inside - outside;
      const p = error > 0 ? studentTwoSided(by / error, degrees) : by === 0 ? 1 : 0;
      const worse = { by, low: by - Z_95 * error, high: by + Z_95 * error };
      tested.push({
        ...{ column, value, rows, worse, p },
        ...{ inside: shown(inside), outside: shown(outside) },
      });
    }
  }
  const adjusted = holm(tested.map(({ p }) => p));
  const found = tested.map((slice, at) => {
    const adjustedP = adjusted[at] ?? 1;
    return { ...slice, adjustedP, isWeak: adjustedP < ALPHA && slice.worse.by > 0 };
  });
  found.sort(
    (a, b) => Number(b.isWeak) - Number(a.isWeak) || b.worse.low - a.worse.low || b.rows - a.rows,
  );
  return {
    metric: metric.name,
    higherIsBetter: metric.higherIsBetter,
    overall: shown(meanOf(losses)),
    found: found.slice(0, MOST_KEPT),
    tested: found.length,
  };
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Undefined if there are too few rows or groups on either side. */
function difference(
  losses: Float64Array,
  { of, count }: Groups,
  isInside: (row: number) => boolean,
) {
  const rows = losses.length;
  const sums: [number, number] = [0, 0];
  const sizes: [number, number] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    const side = isInside(row) ? 1 : 0;
    sums[side] += losses[row] ?? 0;
    sizes[side] += 1;
  }
  if (Math.min(...sizes) < MIN_ROWS) return undefined;
  const [outside, inside] = [sums[0] / sizes[0], sums[1] / sizes[1]];
  const influence = new Float64Array(count);
  const sides = new Uint8Array(count);
  for (let row = 0; row < rows; row += 1) {
    const group = of[row] ?? 0;
    const side = isInside(row) ? 1 : 0;
    const away = (losses[row] ?? 0) - (side ? inside : outside);
    influence[group] = (influence[group] ?? 0) + (side ? away / sizes[1] : -away / sizes[0]);
    sides[group] = (sides[group] ?? 0) | (side + 1);
  }
  const withRows = (side: number) =>
    sides.reduce((found, bits) => found + (bits & (side + 1) ? 1 : 0), 0);
  const degrees = Math.min(withRows(0), withRows(1)) - 1;
  if (degrees + 1 < MIN_GROUPS) return undefined;
  const squares = influence.reduce((sum, one) => sum + one * one, 0);
  const error = Math.sqrt((squares * count) / (count - 1));
  return { rows: sizes[1], inside, outside, error, degrees };
}
