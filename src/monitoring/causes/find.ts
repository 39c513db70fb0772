import type { Causes, MovedColumn } from '../../core/causes.ts';
import type { Classes } from '../../core/task.ts';
import type { Profile } from '../profile/profile.ts';
import { slicesOf } from '../slices.ts';
import { psi } from '../statistics/distances.ts';
import type { WatchedMetric } from '../watched-metric.ts';
import { attribute } from './attribute.ts';
import { binsOf, type LossRows, labelsOf, type ReferenceLosses } from './losses.ts';

/** The size of a drift that counts. */
const MOVED = 0.1;
const MOST_COLUMNS = 12;
const MOST_SLICES = 5;
const ALPHA = 0.05;
/** Rows of a slice, and of its rest. */
const MIN_SLICE = 50;

type Profiles = Readonly<Record<string, Profile>>;

/** With fewer labels, nothing is said about effects. */
const MIN_LABELLED = 100;

/**
 * Columns by their effect on the loss: what moved first, the largest effect first; and the worst slices.
 * @param rows of the window, with labels and with the features of `reference`
 */
export function causesByEffect(
  metric: WatchedMetric & { shown: { words: string; unit?: string } },
  rows: LossRows,
  {
    classes,
    reference,
    losses: before,
  }: {
    classes: Classes;
    reference: Profiles;
    losses: ReferenceLosses;
  },
): Causes | undefined {
  const { labels, answers, features } = rows;
  const sums = before.sums[metric.name];
  if (!sums || labels.length < MIN_LABELLED) return undefined;
  const losses = Float64Array.from(labels, (_, row) =>
    metric.loss.of({ labels, answers, classes }, row),
  );
  const sliced: Record<string, string[]> = {};
  const columns = Object.entries(sums).flatMap(([name, of]): MovedColumn[] => {
    const [spec, values, counts] = [reference[name]?.spec, features[name], before.counts[name]];
    if (!spec || !values || !counts) return [];
    const bins = binsOf(spec, values);
    const names = labelsOf(spec);
    sliced[name] = Array.from(bins, (bin) => names[bin] ?? '');
    const found = attribute({ counts, sums: of }, bins, losses);
    if (!found) return [];
    const now = new Array<number>(counts.length).fill(0);
    for (const bin of bins) now[bin] = (now[bin] ?? 0) + 1;
    const size = psi(counts, now);
    const { effect, error, most } = found;
    return [
      {
        ...{ name, psi: size, moved: size >= MOVED, effect, error },
        ...(most && {
          most: { label: names[most.bin] ?? '', before: most.before, now: most.now },
        }),
      },
    ];
  });
  const mean = (sum: number, count: number) => {
    const loss = sum / count;
    return metric.higherIsBetter ? 1 - loss : loss;
  };
  const [some = []] = Object.values(sums);
  return {
    ...{ by: 'effect', rows: labels.length },
    metric: {
      ...metric.shown,
      higherIsBetter: metric.higherIsBetter,
      evaluated: mean(total(some), before.rows),
      now: mean(total(losses), losses.length),
    },
    columns: columns
      .toSorted((a, b) => Number(b.moved) - Number(a.moved) || (b.effect ?? 0) - (a.effect ?? 0))
      .slice(0, MOST_COLUMNS),
    slices: slicesOf(losses, sliced, {}, MIN_SLICE)
      .filter(({ p }) => p <= ALPHA)
      .slice(0, MOST_SLICES)
      .map(({ loss, ...slice }) => ({ ...slice, metric: mean(loss, 1) })),
  };
}

const total = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, one) => sum + one, 0);

/** Without labels: by how far each column moved. Undefined if the window has no rows. */
export function causesByDrift(reference: Profiles, current: Profiles): Causes | undefined {
  const columns = Object.entries(reference).flatMap(([name, before]): MovedColumn[] => {
    const now = current[name];
    if (!now || total(now.counts) === 0 || total(before.counts) === 0) return [];
    const size = psi([...before.counts, before.nulls], [...now.counts, now.nulls]);
    return [{ name, psi: size, moved: size >= MOVED }];
  });
  if (columns.length === 0) return undefined;
  const rows = Math.max(...Object.values(current).map(({ count, nulls }) => count + nulls));
  return {
    ...{ by: 'drift', rows },
    columns: columns.toSorted((a, b) => b.psi - a.psi).slice(0, MOST_COLUMNS),
  };
}
