import type { Judged, Task } from '../../core/task.ts';
import { curveOf } from '../../evaluation/report/curves.ts';
import { decide } from '../../evaluation/report/decision.ts';
import { THRESHOLD } from './components.ts';

const NAMES = ['no', 'yes'];

/** Calibration, curves, confusion at the threshold of the metrics, and the threshold that a cost implies. */
export const reporting = {
  calibrated: {
    kind: 'share',
    of: ({ labels, answers }, row) => ({ predicted: answers[row] ?? 0, actual: labels[row] ?? 0 }),
  },
  decided: ({ answers }, row) => ((answers[row] ?? 0) >= THRESHOLD ? 1 : 0),
  errors({ labels, answers }: Judged) {
    const counts = NAMES.map(() => NAMES.map(() => 0));
    for (let row = 0; row < labels.length; row += 1) {
      const of = counts[labels[row] === 1 ? 1 : 0];
      const yes = (answers[row] ?? 0) >= THRESHOLD ? 1 : 0;
      if (of) of[yes] = (of[yes] ?? 0) + 1;
    }
    return { confusion: { classes: [...NAMES], counts } };
  },
  curves: ({ labels, answers }) =>
    curveOf('yes', labels.length, (row) => ({
      ...{ score: answers[row] ?? 0, positive: labels[row] === 1 },
    })),
  decision: ({ labels, answers }, cost) => decide(labels, answers, cost, THRESHOLD),
} satisfies Pick<Task, 'calibrated' | 'decided' | 'errors' | 'curves' | 'decision'>;
