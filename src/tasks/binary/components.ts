import type { Components, Groups, Pair } from '../../core/task.ts';
import { brierOf, type Confusion, f1Of, logLossOf, precisionOf, recallOf } from './metrics.ts';

/** A score at or above it predicts the positive class. */
export const THRESHOLD = 0.5;

/** How many numbers each unit contributes; in the order of `add` below. */
const WIDTH = 9;

/**
 * The components of all resampled metrics, summed by group, so that a draw costs nine additions instead of two
 * passes of logarithms.
 */
export function componentsOf(
  { labels, champion, challenger }: Pair,
  groups: Groups,
  threshold = THRESHOLD,
): Components {
  const parts = new Float64Array(groups.count * WIDTH);
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? 0;
    const old = champion[row] ?? 0;
    const young = challenger[row] ?? 0;
    const oldSays = old >= threshold ? 1 : 0;
    const youngSays = young >= threshold ? 1 : 0;
    const group = groups.of[row] ?? 0;
    const add = (at: number, value: number): void => {
      const place = at * groups.count + group;
      parts[place] = (parts[place] ?? 0) + value;
    };
    add(0, 1);
    add(1, label);
    add(2, oldSays);
    add(3, oldSays * label);
    add(4, youngSays);
    add(5, youngSays * label);
    add(6, (youngSays === label ? 1 : 0) - (oldSays === label ? 1 : 0));
    add(7, logLossOf(label, old) - logLossOf(label, young));
    add(8, brierOf(label, old) - brierOf(label, young));
  }
  return { parts, width: WIDTH };
}

type Improvement = (sums: Float64Array) => number | undefined;

/** Challenger compared with champion, from summed components; positive means that the challenger is better. */
export const improvements = {
  accuracy: (sums) => perRow(sums, 6),
  logLoss: (sums) => perRow(sums, 7),
  brier: (sums) => perRow(sums, 8),
  f1: (sums) => gain(f1Of, sums),
  precision: (sums) => gain(precisionOf, sums),
  recall: (sums) => gain(recallOf, sums),
} satisfies Record<string, Improvement>;

function perRow(sums: Float64Array, at: number): number {
  return (sums[at] ?? 0) / (sums[0] ?? 1);
}

function gain(
  metric: (confusion: Confusion) => number | undefined,
  sums: Float64Array,
): number | undefined {
  const [positives = 0, old = 0, oldRight = 0, young = 0, youngRight = 0] = sums.subarray(1, 6);
  const before = metric({ positives, predicted: old, truePositives: oldRight });
  const after = metric({ positives, predicted: young, truePositives: youngRight });
  return before === undefined || after === undefined ? undefined : after - before;
}
