import { type Profile, rowsOf } from '../profile/profile.ts';
import type { EvaluatedRows } from './evaluated-rows.ts';

/** Rounds over all columns; later ones change the weights by less than chance does. */
const ROUNDS = 50;
/** The weights fit once no share is off by more. */
const CLOSE = 1e-4;
/** A bin with fewer evaluated rows cannot represent those of a window. */
const FEWEST = 5;

export interface Weighting {
  /** One per evaluated row; their mean is 1. */
  weights: Float64Array;
  /** How many equally weighted rows would vary as little (Kish): (Σw)² / Σw². */
  effective: number;
  /** The largest share of a window, in any column, whose bins have next to no evaluated rows. */
  uncovered: number;
}

/**
 * How much more or less frequent rows like each evaluated row are in a window: the weights nearest to equal ones
 * (in relative entropy) with which every column has the shares of bins that it has in the window. Found by raking
 * (Deming and Stephan 1940); they are exp(Σ_columns effect of the row's bin), a density ratio that is additive in its
 * logarithm. It follows from profiles alone, so its cost does not depend on the window's rows.
 */
export function weighRows(
  { labels, bins }: EvaluatedRows,
  window: Readonly<Record<string, Profile>>,
): Weighting {
  const rows = labels.length;
  const weights = new Float64Array(rows).fill(1);
  const columns = Object.entries(bins).flatMap(([name, { size, of }]) => {
    const profile = window[name];
    return profile && rowsOf(profile) > 0 ? [targetOf(profile, size, of)] : [];
  });
  const sums = columns.map(({ shares }) => new Float64Array(shares.length));
  for (let round = 0; round < ROUNDS; round += 1) {
    let off = 0;
    for (const [at, { shares, of }] of columns.entries()) {
      const found = sums[at]?.fill(0);
      if (!found) continue;
      for (let row = 0; row < rows; row += 1) {
        const bin = of[row] ?? 0;
        found[bin] = (found[bin] ?? 0) + (weights[row] ?? 0);
      }
      for (const [bin, sum] of found.entries()) {
        const wanted = (shares[bin] ?? 0) * rows;
        off = Math.max(off, Math.abs(sum - wanted) / rows);
        // A bin that the window does not have keeps a trace, so that another column may ask for its rows.
        found[bin] = sum > 0 ? Math.max(wanted, 1e-3) / sum : 1;
      }
      for (let row = 0; row < rows; row += 1)
        weights[row] = (weights[row] ?? 0) * (found[of[row] ?? 0] ?? 1);
    }
    if (off < CLOSE) break;
  }
  const sum = weights.reduce((all, one) => all + one, 0);
  const squares = weights.reduce((all, one) => all + one * one, 0);
  return {
    weights: weights.map((one) => (one * rows) / sum),
    effective: squares > 0 ? sum ** 2 / squares : 0,
    uncovered: Math.max(0, ...columns.map(({ uncovered }) => uncovered)),
  };
}

/** The shares of a window's bins, among those that evaluated rows can represent. */
function targetOf({ counts, ...profile }: Profile, size: number, of: Uint8Array) {
  const all = rowsOf({ counts, ...profile });
  const given = Array.from({ length: size }, (_, bin) =>
    bin < counts.length ? (counts[bin] ?? 0) : all - profile.count,
  );
  const known = new Float64Array(size);
  for (const bin of of) known[bin] = (known[bin] ?? 0) + 1;
  const covered = given.map((count, bin) => ((known[bin] ?? 0) >= FEWEST ? count : 0));
  const sum = covered.reduce((total, one) => total + one, 0);
  // What a bin cannot represent keeps its evaluated share: nothing is known about it.
  const kept = known.map((count) => (count < FEWEST ? count : 0));
  const left = 1 - kept.reduce((total, one) => total + one, 0) / Math.max(1, of.length);
  const shares = covered.map((count, bin) =>
    sum > 0 ? (left * count) / sum + (kept[bin] ?? 0) / Math.max(1, of.length) : 0,
  );
  return { shares, of, uncovered: 1 - sum / all };
}
