import { type DeltaChart, difference, readDelta } from './delta.ts';
import { clean, list } from './text.ts';

/** Groups of rows compared with all others, weakest first. At most 30. */
export interface SlicesChart {
  title: string;
  /** The metric by which they are compared, with its unit. */
  metric: string;
  /** How much worse than elsewhere, in the unit of the metric: positive is worse. */
  slices: readonly { name: string; by: number; low: number; high: number; isWeak: boolean }[];
}

/** The verdicts of slices. */
const [WEAK, USUAL] = ['worse', 'not certain'];

/** As a forest plot, in which left is worse. Throws ChartImpossible without slices. */
export function readSlices({ title, metric, slices }: SlicesChart): DeltaChart {
  return readDelta({
    ...{ title, champion: 'all other rows', challenger: metric },
    metrics: slices.map(({ name, by, low, high, isWeak }) => ({
      name,
      ...{ delta: -by, low: -high, high: -low, verdict: isWeak ? WEAK : USUAL },
    })),
  });
}

export function slicesAlt({ challenger, metrics }: DeltaChart): string {
  const weak = metrics.filter(({ verdict }) => verdict === WEAK);
  const named = (some: DeltaChart['metrics']) =>
    list(some.map((metric) => `${clean(metric.name, 60)} (${difference(metric)})`));
  const count = metrics.length === 1 ? '1 slice' : `${metrics.length} slices`;
  if (weak.length === 0)
    return `${challenger} of ${count} compared with all other rows: none is certainly worse; the lowest is ${named(metrics.slice(0, 1))}.`;
  return `${challenger} of ${count} compared with all other rows: certainly worse in ${named(weak)}.`;
}
