import { z } from 'zod';
import type { Answers, Classes, Labels, Task } from '../../core/task.ts';
import { binOfCategory, binOfNumber } from '../profile/bin-of.ts';
import { isMissing, toNumber } from '../profile/numbers.ts';
import { type BinSpec, binCount, binLabels } from '../profile/spec.ts';
import { meansOf } from '../watched-metric.ts';

const Numbers = z.array(z.number());

/** Losses of evaluated rows by the bins of each column: what a window is compared with. */
export const ReferenceLosses = z.object({
  rows: z.number(),
  /** Rows by bin; the last bin is of rows without a usable value. */
  counts: z.record(z.string(), Numbers),
  /** By metric, then by column: sums of the losses of these rows. */
  sums: z.record(z.string(), z.record(z.string(), Numbers)),
});

export type ReferenceLosses = z.output<typeof ReferenceLosses>;

/** Rows with labels, and what was answered. */
export interface LossRows {
  labels: Labels;
  answers: Answers;
  features: Readonly<Record<string, ArrayLike<unknown>>>;
}

type Specs = Readonly<Record<string, BinSpec>>;

/** Of every metric of the task that is a mean over rows. */
export function lossesByBin(
  { task, classes }: { task: Task; classes: Classes },
  { labels, answers, features }: LossRows,
  specs: Specs,
): ReferenceLosses {
  const bins = Object.entries(specs).flatMap(([name, spec]) => {
    const values = features[name];
    return values ? [{ name, size: binCount(spec) + 1, of: binsOf(spec, values) }] : [];
  });
  const metrics = meansOf(task);
  const sums = metrics.map(({ name, loss }) => {
    const losses = Float64Array.from(labels, (_, row) =>
      loss.of({ labels, answers, classes }, row),
    );
    const columns = bins.map((one) => [one.name, sumsBy(one, losses)] as const);
    return [name, Object.fromEntries(columns)] as const;
  });
  const ones = new Float64Array(labels.length).fill(1);
  return {
    rows: labels.length,
    counts: Object.fromEntries(bins.map((one) => [one.name, sumsBy(one, ones)])),
    sums: Object.fromEntries(sums),
  };
}

/** The bin of each value; the number of bins for one that is missing or unusable. */
export function binsOf(spec: BinSpec, values: ArrayLike<unknown>): Int32Array {
  const missing = binCount(spec);
  return Int32Array.from({ length: values.length }, (_, row) => {
    const value = values[row];
    if (isMissing(value)) return missing;
    if (spec.kind === 'categories') return binOfCategory(spec, String(value));
    const number = toNumber(value);
    return Number.isFinite(number) ? binOfNumber(spec, number) : missing;
  });
}

/** As `binLabels`, and one for the bin of missing values. */
export const labelsOf = (spec: BinSpec): string[] => [...binLabels(spec), 'missing'];

function sumsBy({ of, size }: { of: Int32Array; size: number }, values: Float64Array): number[] {
  const sums = new Array<number>(size).fill(0);
  for (let row = 0; row < values.length; row += 1) {
    const bin = of[row] ?? 0;
    sums[bin] = (sums[bin] ?? 0) + (values[row] ?? 0);
  }
  return sums;
}
