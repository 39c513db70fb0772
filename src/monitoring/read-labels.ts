import type { LabelledColumns } from '../core/ports/predictions.ts';
import type { Judged } from '../core/task.ts';
import type { Answering } from './answers.ts';

/** Labelled rows of a window, without labels that are none of the task, e.g. from before it changed. */
export function readLabels(
  { answers, labels, features }: LabelledColumns,
  { task, classes }: Pick<Answering, 'task' | 'classes'>,
): { rows: Judged; features: LabelledColumns['features'] } {
  const width = task.answer.width(classes);
  const read = labels.map((label) => task.label.read(label, classes));
  if (!read.includes(undefined))
    return { rows: { labels: Float64Array.from(read, Number), answers, classes }, features };
  const kept = read.flatMap((label, row) => (label === undefined ? [] : [row]));
  return {
    rows: {
      labels: Float64Array.from(kept, (row) => read[row] ?? 0),
      answers: Float64Array.from(
        kept.flatMap((row) => [...answers.subarray(row * width, (row + 1) * width)]),
      ),
      classes,
    },
    features: Object.fromEntries(
      Object.entries(features).map(([name, values]) => [
        name,
        kept.map((row) => values[row] ?? null),
      ]),
    ),
  };
}
