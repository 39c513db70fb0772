import { normalTwoSided, Z_95 } from '../core/distributions.ts';
import type { Groups } from '../core/task.ts';
import { midranks } from './midranks.ts';
import { groupRows } from './rows.ts';

/** Two areas under the curve on the same rows; `delta` is the second minus the first. */
export type DeLong = {
  first: number;
  second: number;
  delta: number;
  /** Undefined if the rows do not allow estimating the variance. */
  standardError: number | undefined;
  low: number;
  high: number;
  p: number;
};

/**
 * DeLong's test of two correlated ROC areas (DeLong, DeLong & Clarke-Pearson 1988) by midranks (Sun & Xu 2014).
 * Rows of one entity are summed before they are squared (Obuchowski 1997). `low` and `high` bound the two-sided
 * 95% interval. Zero variance gives p = 1. With fewer than two rows of a class, or a difference without
 * variance, the interval is [−1, 1], which carries no information. Undefined if the labels have one class only.
 */
export function delong(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  entities?: ArrayLike<string | number> | undefined,
): DeLong | undefined {
  const a = placements(labels, first);
  const b = placements(labels, second);
  if (a === undefined || b === undefined) return undefined;

  const delta = b.auc - a.auc;
  const areas = { first: a.auc, second: b.auc, delta };
  const groups = entities === undefined ? undefined : groupRows(labels.length, entities);
  const variance =
    groups === undefined ? independent(labels, a, b) : clustered(labels, a, b, delta, groups);
  if (variance === undefined || (variance === 0 && delta !== 0)) {
    return { ...areas, standardError: undefined, low: -1, high: 1, p: 1 };
  }
  if (variance === 0) return { ...areas, standardError: 0, low: 0, high: 0, p: 1 };
  const standardError = Math.sqrt(variance);
  return {
    ...areas,
    standardError,
    low: delta - Z_95 * standardError,
    high: delta + Z_95 * standardError,
    p: normalTwoSided(delta / standardError),
  };
}

/** For each row, the share of the other class on the correct side of its score. */
type Placements = { auc: number; share: Float64Array; positives: number; negatives: number };

function placements(labels: ArrayLike<number>, scores: ArrayLike<number>): Placements | undefined {
  const all = Float64Array.from(scores);
  const positive = all.filter((_, row) => labels[row] === 1);
  const negative = all.filter((_, row) => labels[row] !== 1);
  if (positive.length === 0 || negative.length === 0) return undefined;

  const among = midranks(all);
  const amongPositive = midranks(positive);
  const amongNegative = midranks(negative);
  const share = new Float64Array(all.length);
  let p = 0;
  let n = 0;
  let sum = 0;
  for (let row = 0; row < all.length; row += 1) {
    const rank = among[row] ?? 0;
    if (labels[row] === 1) {
      share[row] = (rank - (amongPositive[p] ?? 0)) / negative.length;
      sum += share[row] ?? 0;
      p += 1;
    } else {
      share[row] = 1 - (rank - (amongNegative[n] ?? 0)) / positive.length;
      n += 1;
    }
  }
  return { auc: sum / p, share, positives: p, negatives: n };
}

/**
 * Variance of the difference, from differences of placements: two equal models give exactly 0, which
 * subtracting covariances would miss by rounding.
 */
function independent(labels: ArrayLike<number>, a: Placements, b: Placements): number | undefined {
  if (a.positives < 2 || a.negatives < 2) return undefined;
  const sides = [welford(), welford()] as const;
  for (let row = 0; row < a.share.length; row += 1) {
    const side = labels[row] === 1 ? sides[0] : sides[1];
    side.add((b.share[row] ?? 0) - (a.share[row] ?? 0));
  }
  return sides[0].variance() / a.positives + sides[1].variance() / a.negatives;
}

function clustered(
  labels: ArrayLike<number>,
  a: Placements,
  b: Placements,
  delta: number,
  groups: Groups,
): number | undefined {
  if (groups.count < 2) return undefined;
  const influence = new Float64Array(groups.count);
  for (let row = 0; row < a.share.length; row += 1) {
    const group = groups.of[row] ?? 0;
    const away = (b.share[row] ?? 0) - (a.share[row] ?? 0) - delta;
    const weight = labels[row] === 1 ? a.positives : a.negatives;
    influence[group] = (influence[group] ?? 0) + away / weight;
  }
  const squares = influence.reduce((sum, part) => sum + part * part, 0);
  return (squares * groups.count) / (groups.count - 1);
}

function welford() {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value: number): void {
      count += 1;
      const step = value - mean;
      mean += step / count;
      squares += step * (value - mean);
    },
    variance: (): number => squares / (count - 1),
  };
}
