import type { Components, Groups, Pair } from '../../core/task.ts';
import { type Counts, logLossOf, macroF1, predicted, recallOf } from './metrics.ts';

/** How many numbers a unit has before those of the classes, and for each class; in the order of `add` below. */
const [COMMON, EACH] = [3, 5];

/** The components of all metrics except AUC, summed by group. */
export function componentsOf(
  { labels, champion, challenger, classes }: Pair,
  groups: Groups,
): Components {
  const k = classes.length;
  const width = COMMON + EACH * k;
  const parts = new Float64Array(groups.count * width);
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? 0;
    const [old, young] = [predicted(champion, row, k), predicted(challenger, row, k)];
    const group = groups.of[row] ?? 0;
    const add = (at: number, value: number): void => {
      const place = at * groups.count + group;
      parts[place] = (parts[place] ?? 0) + value;
    };
    const ofClass = (which: number, at: number) => COMMON + EACH * which + at;
    add(0, 1);
    add(1, (young === label ? 1 : 0) - (old === label ? 1 : 0));
    add(2, logLossOf(champion, row, k, label) - logLossOf(challenger, row, k, label));
    add(ofClass(label, 0), 1);
    add(ofClass(old, 1), 1);
    add(ofClass(young, 3), 1);
    if (old === label) add(ofClass(label, 2), 1);
    if (young === label) add(ofClass(label, 4), 1);
  }
  return { parts, width };
}

/** The counts of a class: of the champion, and of the challenger. */
function countsOf(sums: Float64Array, which: number): [Counts, Counts] {
  const at = COMMON + EACH * which;
  const [positives = 0, old = 0, oldRight = 0, young = 0, youngRight = 0] = sums.subarray(
    at,
    at + EACH,
  );
  return [
    { positives, predicted: old, right: oldRight },
    { positives, predicted: young, right: youngRight },
  ];
}

/** Challenger compared with champion, from summed components; positive means that the challenger is better. */
export const improvements = {
  accuracy: (sums: Float64Array) => (sums[1] ?? 0) / (sums[0] ?? 1),
  logLoss: (sums: Float64Array) => (sums[2] ?? 0) / (sums[0] ?? 1),
  macroF1(sums: Float64Array): number | undefined {
    const classes = Array.from({ length: (sums.length - COMMON) / EACH }, (_, at) =>
      countsOf(sums, at),
    );
    return gain(
      macroF1(classes.map(([before]) => before)),
      macroF1(classes.map(([, after]) => after)),
    );
  },
  recall: (which: number) => (sums: Float64Array) => {
    const [before, after] = countsOf(sums, which);
    return gain(recallOf(before), recallOf(after));
  },
};

function gain(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}
