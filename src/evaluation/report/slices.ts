import { groupsOf } from '../../core/column-groups.ts';
import { compareSlices } from '../../core/compare-slices.ts';
import { Z_95 } from '../../core/distributions.ts';
import type { Slices } from '../../core/evaluation-report.ts';
import type { FeatureSchema } from '../../core/model.ts';
import type { Groups, Judged, Metric, RowLoss } from '../../core/task.ts';

/** With fewer rows, neither a mean nor its error says much. */
const FEWEST = { rows: 100, groups: 30 };
const MOST_KEPT = 200;

export interface Sliced {
  judged: Judged;
  /** Rows of one group depend on each other. Undefined: each row is its own. */
  groups: Groups | undefined;
  features: FeatureSchema;
  columns: Readonly<Record<string, ArrayLike<number | string | null>>>;
}

/** A metric that is a mean over rows. */
export type MeanMetric = Metric & { loss: RowLoss };

/** Compares each slice with all other rows: slices of fewer than 100 rows or 30 groups, here or elsewhere, are not tested. */
export function measureSlices(metric: MeanMetric, sliced: Sliced): Slices {
  const { judged, groups, features, columns } = sliced;
  const losses = Float64Array.from(judged.labels, (_, row) => metric.loss.of(judged, row));
  const shown = (loss: number) => (metric.higherIsBetter ? 1 - loss : loss);
  const grouped = Object.entries(features).flatMap(([column, kind]) => {
    const values = columns[column];
    return values ? [[column, groupsOf(values, kind)] as const] : [];
  });
  const found = compareSlices(losses, Object.fromEntries(grouped), FEWEST, groups)
    .map(({ inside, outside, error, ...slice }) => {
      const by = inside - outside;
      const worse = { by, low: by - Z_95 * error, high: by + Z_95 * error };
      return { ...slice, inside: shown(inside), outside: shown(outside), worse };
    })
    .sort(
      (a, b) => Number(b.isWeak) - Number(a.isWeak) || b.worse.low - a.worse.low || b.rows - a.rows,
    );
  return {
    metric: metric.name,
    higherIsBetter: metric.higherIsBetter,
    overall: shown(losses.reduce((sum, value) => sum + value, 0) / losses.length),
    found: found.slice(0, MOST_KEPT),
    tested: found.length,
  };
}
