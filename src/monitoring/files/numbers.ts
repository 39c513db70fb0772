import { binOfNumber } from '../profile/bin-of.ts';
import { share } from '../profile/shares.ts';
import { type BinSpec, binLabels } from '../profile/spec.ts';
import { compareSamples } from '../samples/compare-samples.ts';
import { jensenShannon, psi } from '../statistics/distances.ts';
import type { ColumnFigures } from './figures.ts';

/** A numeric column of one file: its finite values, and how many rows hold none. */
export interface NumberSide<B extends ArrayBufferLike = ArrayBufferLike> {
  values: Float64Array<B>;
  nulls: number;
  nans: number;
  infinities: number;
}

/** Up to so many distinct numbers that repeat, each is a bin: a count or a code is not a continuum. */
const MOST_DISTINCT = 20;

/** Measures a numeric column of two files. */
export function compareNumbers(
  name: string,
  reference: NumberSide,
  current: NumberSide,
): ColumnFigures {
  const rows = { reference: rowsOf(reference), current: rowsOf(current) };
  const test = (of: 'null' | 'nan' | 'infinite', hits: (side: NumberSide) => number) =>
    share(of, [hits(reference), hits(current)], [rows.reference, rows.current]);
  const figures = {
    ...{ name, type: 'numeric', rows },
    nulls: { reference: reference.nulls, current: current.nulls },
    values: { reference: reference.values.length, current: current.values.length },
    shares: [
      test('null', ({ nulls }) => nulls),
      test('nan', ({ nans }) => nans),
      test('infinite', ({ infinities }) => infinities),
    ],
    bins: [],
  };
  if (reference.values.length === 0 || current.values.length === 0) return figures;

  const { ks, wasserstein, edges, counts } = compareSamples(reference.values, current.values);
  const distinct = distinctOf(reference.values);
  const spec: BinSpec = distinct ?? { kind: 'intervals', edges };
  const [a, b] = distinct
    ? [countValues(distinct, reference.values), countValues(distinct, current.values)]
    : counts;
  return {
    ...figures,
    ...{ ks, wasserstein },
    psi: psi(a, b),
    js: jensenShannon(a, b),
    bins: binLabels(spec)
      .map((label, bin) => ({
        label: label === '__unseen__' ? 'other' : label,
        reference: (a[bin] ?? 0) / reference.values.length,
        current: (b[bin] ?? 0) / current.values.length,
      }))
      .filter((bin) => bin.reference > 0 || bin.current > 0),
  };
}

const rowsOf = ({ values, nulls, nans, infinities }: NumberSide) =>
  values.length + nulls + nans + infinities;

type Values = Extract<BinSpec, { kind: 'values' }>;

/** Undefined for more than 20, and where none occurs twice: a few rows of a continuum. */
function distinctOf(values: Float64Array): Values | undefined {
  const times = new Map<number, number>();
  for (let row = 0; row < values.length; row += 1) {
    const value = (values[row] ?? 0) + 0;
    times.set(value, (times.get(value) ?? 0) + 1);
    if (times.size > MOST_DISTINCT) return undefined;
  }
  if (times.size === values.length && times.size > 1) return undefined;
  const singletons = [...times.values()].filter((count) => count === 1).length;
  return { kind: 'values', values: [...times.keys()].sort((a, b) => a - b), singletons };
}

/** Rows by bin; the last is of all other numbers. */
function countValues(spec: Values, values: Float64Array): number[] {
  const counts = new Array<number>(spec.values.length + 1).fill(0);
  const known = new Map<number, number>();
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    let bin = known.get(value);
    if (bin === undefined) {
      bin = binOfNumber(spec, value);
      if (known.size < 1000) known.set(value, bin);
    }
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
