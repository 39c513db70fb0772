import { type BinSpec, binCount } from './spec.ts';

/** The bin of a finite number. O(log bins). */
export function binOfNumber(
  spec: Extract<BinSpec, { kind: 'intervals' | 'values' }>,
  value: number,
): number {
  if (spec.kind === 'intervals') return lowerBound(spec.edges, value);
  const at = lowerBound(spec.values, value);
  const below = spec.values[at - 1];
  const above = spec.values[at];
  const nearBelow = below !== undefined && isSame(below, value);
  if (above === undefined || !isSame(above, value)) {
    return nearBelow ? at - 1 : spec.values.length;
  }
  return nearBelow && value - below < above - value ? at - 1 : at;
}

/** The bin of a category. O(log categories), plus O(log others) for rare ones. */
export function binOfCategory(
  spec: Extract<BinSpec, { kind: 'categories' }>,
  category: string,
): number {
  const at = lowerBound(spec.categories, category);
  if (spec.categories[at] === category) return at;
  const unseen = binCount(spec) - 1;
  if (spec.others === null) return unseen - 1;
  return spec.others[lowerBound(spec.others, category)] === category ? unseen - 1 : unseen;
}

/**
 * A thousandth of the value, and at most 0.001: 1.0002 still counts as the constant 1 (noise of a sum, a
 * rounded weight), but the year 2002 does not count as 2001.
 */
function isSame(known: number, value: number): boolean {
  return Math.abs(value - known) <= 1e-3 * Math.min(1, Math.abs(known));
}

/** Index of the first element that is not below `value`; the length if all are. */
function lowerBound<T extends number | string>(sorted: readonly T[], value: T): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = sorted[middle];
    if (element !== undefined && element < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
