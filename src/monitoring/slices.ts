import { groupsOf } from '../core/column-groups.ts';
import { compareSlices } from '../core/compare-slices.ts';
import type { FeatureSchema } from '../core/model.ts';

/** One value of one column, compared with all other rows of a window. */
export interface WindowSlice {
  column: string;
  value: string;
  rows: number;
  /** Mean loss. */
  loss: number;
  /** Of no difference from the other rows, adjusted over all slices; 1 if it is better. */
  p: number;
}

const KEPT = 10;

/**
 * The slices of a window that have enough rows, the worst first: compared as those of an evaluation.
 * @param columns values as text, by column, one per row of `losses`
 */
export function slicesOf(
  losses: Float64Array,
  columns: Readonly<Record<string, readonly (string | null)[]>>,
  features: FeatureSchema,
  minRows: number,
): WindowSlice[] {
  const grouped = Object.entries(columns).map(([name, values]) => {
    const kind = features[name] ?? 'category';
    const read = kind === 'category' ? values : values.map(numberOf);
    return [name, groupsOf(read, kind)] as const;
  });
  return compareSlices(losses, Object.fromEntries(grouped), { rows: minRows, groups: 2 })
    .map(({ column, value, rows, inside, outside, adjustedP }) => ({
      ...{ column, value, rows, loss: inside },
      p: inside > outside ? adjustedP : 1,
    }))
    .toSorted((a, b) => a.p - b.p || b.loss - a.loss)
    .slice(0, KEPT);
}

const numberOf = (text: string | null): number | null =>
  text === null || text.trim() === '' ? null : Number(text);
