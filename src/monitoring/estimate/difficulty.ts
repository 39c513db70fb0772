import { binOfCategory, binOfNumber } from '../profile/bin-of.ts';
import { isMissing, toNumber } from '../profile/numbers.ts';
import { type Profile, rowsOf } from '../profile/profile.ts';
import { type BinSpec, binCount } from '../profile/spec.ts';

/** How large the error of a prediction is expected to be, by the bins of its columns. */
export type Difficulty = {
  /** Mean absolute error, in the unit of the label. */
  base: number;
  /** What a bin of a column adds to it; after the bins, what a missing or unusable value adds. */
  columns: Record<string, readonly number[]>;
  /** Of the absolute error around what is expected. */
  variance: number;
};

/** Numbers or texts, as `spec` bins them. */
interface Column {
  spec: BinSpec;
  values: ArrayLike<unknown>;
}

const SWEEPS = 10;
/** A bin counts as if it had so many more rows without an effect. */
const SHRINK = 20;

/**
 * Direct loss estimation (DLE; NannyML): a second model that predicts the absolute error. Here it is additive over the
 * bins of the profiles, fitted by backfitting, so that the estimate of a window follows from its profiles alone.
 */
export function fitDifficulty(
  errors: ArrayLike<number>,
  columns: Readonly<Record<string, Column>>,
): Difficulty {
  const rows = errors.length;
  const base = Array.from(errors).reduce((sum, error) => sum + error / rows, 0);
  const left = Float64Array.from(errors, (error) => error - base);
  const parts = Object.entries(columns).map(([name, { spec, values }]) => ({
    ...{
      name,
      effects: new Float64Array(binCount(spec) + 1),
      counts: new Float64Array(binCount(spec) + 1),
    },
    bins: Int32Array.from({ length: rows }, (_, row) => binOf(spec, values[row])),
  }));
  for (const { bins, counts } of parts)
    for (const bin of bins) counts[bin] = (counts[bin] ?? 0) + 1;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1)
    for (const { bins, counts, effects } of parts) {
      const sums = new Float64Array(effects.length);
      for (const [row, bin] of bins.entries())
        sums[bin] = (sums[bin] ?? 0) + (left[row] ?? 0) + (effects[bin] ?? 0);
      const fitted = sums.map((sum, bin) => sum / ((counts[bin] ?? 0) + SHRINK));
      // What all rows have in common belongs to the base.
      const mean = fitted.reduce((all, one, bin) => all + (one * (counts[bin] ?? 0)) / rows, 0);
      for (const [row, bin] of bins.entries())
        left[row] = (left[row] ?? 0) + (effects[bin] ?? 0) - ((fitted[bin] ?? 0) - mean);
      effects.set(fitted.map((one) => one - mean));
    }
  return {
    base,
    columns: Object.fromEntries(parts.map(({ name, effects }) => [name, [...effects]])),
    variance: left.reduce((sum, one) => sum + (one * one) / rows, 0),
  };
}

/** The bin of a value; the one after all others if it has none. */
function binOf(spec: BinSpec, value: unknown): number {
  if (isMissing(value)) return binCount(spec);
  if (spec.kind === 'categories') return binOfCategory(spec, String(value));
  const number = toNumber(value) + 0;
  return Number.isFinite(number) ? binOfNumber(spec, number) : binCount(spec);
}

/** The expected absolute error of each row, as `expectedError` has the mean; below 0 where that is what the bins add up to. */
export function expectedErrors(
  { base, columns }: Difficulty,
  rows: number,
  values: Readonly<Record<string, Column>>,
): Float64Array {
  const found = new Float64Array(rows).fill(base);
  for (const [name, effects] of Object.entries(columns)) {
    const column = values[name];
    if (!column) continue;
    for (let row = 0; row < rows; row += 1) {
      const effect = effects[binOf(column.spec, column.values[row])] ?? 0;
      found[row] = (found[row] ?? 0) + effect;
    }
  }
  return found;
}

/** The expected mean absolute error of a window and its standard error, from its profiles. */
export function expectedError(
  { base, columns, variance }: Difficulty,
  profiles: Readonly<Record<string, Profile>>,
): { rows: number; mean: number; estimate: { value: number; error: number } } | undefined {
  const rows = Math.max(0, ...Object.values(profiles).map(rowsOf));
  if (rows === 0) return undefined;
  const mean = Object.entries(columns).reduce((sum, [name, effects]) => {
    const profile = profiles[name];
    if (!profile) return sum;
    const { counts, count } = profile;
    const inBins = [...counts, rowsOf(profile) - count];
    return sum + effects.reduce((all, one, bin) => all + (one * (inBins[bin] ?? 0)) / rows, 0);
  }, base);
  const estimate = { value: Math.max(0, mean), error: Math.sqrt(variance / rows) };
  return { rows, mean, estimate };
}
