import type { Judged, Task } from '../../core/task.ts';
import { curveOf } from '../../evaluation/report/curves.ts';
import { predicted } from './metrics.ts';

const MOST_CURVES = 12;

/** Calibration of the most probable class, and which class is taken for which. */
export const reporting = {
  calibrated: {
    kind: 'share',
    of({ labels, answers, classes }, row) {
      const best = predicted(answers, row, classes.length);
      return {
        predicted: answers[row * classes.length + best] ?? 0,
        actual: labels[row] === best ? 1 : 0,
      };
    },
  },
  decided: ({ answers, classes }, row) => predicted(answers, row, classes.length),
  errors({ labels, answers, classes }: Judged) {
    const counts = classes.map(() => classes.map(() => 0));
    for (let row = 0; row < labels.length; row += 1) {
      const of = counts[labels[row] ?? 0];
      const best = predicted(answers, row, classes.length);
      if (of) of[best] = (of[best] ?? 0) + 1;
    }
    return { confusion: { classes: [...classes], counts } };
  },
  /** Of the most frequent classes, each against the others. */
  curves: ({ labels, answers, classes }) =>
    classes
      .flatMap((name, at) =>
        curveOf(name, labels.length, (row) => ({
          score: answers[row * classes.length + at] ?? 0,
          positive: labels[row] === at,
        })),
      )
      .toSorted((a, b) => b.positives - a.positives)
      .slice(0, MOST_CURVES),
} satisfies Pick<Task, 'calibrated' | 'decided' | 'errors' | 'curves'>;
