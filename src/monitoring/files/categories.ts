import { share } from '../profile/shares.ts';
import { jensenShannon, psi, total } from '../statistics/distances.ts';
import { chiSquareHomogeneity } from '../statistics/tests.ts';
import type { Both, ColumnFigures } from './figures.ts';

type Counted = Both & { category: string };

/** A column of categories of two files, counted. */
export interface CategoryTable {
  nulls: Both;
  values: Both;
  singletons: number;
  unseen: number;
  counts: readonly Counted[];
  /** Set where `counts` are the most frequent of the reference only: those of both files together. */
  pooled: readonly Counted[] | undefined;
}

/**
 * Measures a column of categories of two files. Where there are too many to compare each, the distances are of the
 * most frequent of the reference, and χ² is of the most frequent of both: chosen by one side alone they would have
 * fewer rows on the other by that choice, and every long list would look like drift.
 */
export function compareCategories(name: string, table: CategoryTable): ColumnFigures {
  const { nulls, values, counts, pooled } = table;
  const rows = {
    reference: nulls.reference + values.reference,
    current: nulls.current + values.current,
  };
  const unseen = share(
    'unseen',
    [table.singletons, table.unseen],
    [values.reference, values.current],
  );
  const figures = {
    ...{ name, type: 'categorical', rows, nulls, values },
    shares: [
      share('null', [nulls.reference, nulls.current], [rows.reference, rows.current]),
      // Fewer new values than a long list leads to expect are no news.
      unseen.window > unseen.reference ? unseen : { ...unseen, p: undefined },
    ],
    bins: [],
  };
  if (values.reference === 0 || values.current === 0) return figures;

  const [a, b] = withRest(counts, values);
  const { statistic, degrees, p } = chiSquareHomogeneity(...withRest(pooled ?? counts, values));
  const labels = [...counts.map(({ category }) => category), 'other'];
  return {
    ...figures,
    psi: psi(a, b),
    js: jensenShannon(a, b),
    ...(degrees > 0 && { chi2: { statistic, df: degrees, p } }),
    bins: labels
      .map((label, at) => ({
        label,
        reference: (a[at] ?? 0) / values.reference,
        current: (b[at] ?? 0) / values.current,
      }))
      .filter((bin) => bin.reference > 0 || bin.current > 0),
  };
}

/** Counts of both sides, and last what is in none of the categories. */
function withRest(counts: readonly Counted[], values: Both): [number[], number[]] {
  const side = (of: 'reference' | 'current') => {
    const known = counts.map((one) => one[of]);
    return [...known, values[of] - total(known)];
  };
  return [side('reference'), side('current')];
}
