import type { Classes, Judged, Metric } from '../../core/task.ts';
import { improvements } from './components.ts';
import { drawnAuc } from './drawn-auc.ts';
import { logLossOf, predicted, recallName } from './metrics.ts';

const SHARE = {
  ...({ higherIsBetter: true, unit: undefined, min: 0, max: 1 } as const),
  margin: { absolute: 0.01 },
};

/** A probability of 0.7% for what happened: a larger log loss says no more about harm. */
const MOST_NATS = 5;

const inNats = ({ labels, answers, classes }: Judged, row: number) =>
  logLossOf(answers, row, classes.length, labels[row] ?? 0);
const missed = ({ labels, answers, classes }: Judged, row: number) =>
  predicted(answers, row, classes.length) === labels[row] ? 0 : 1;

/** In the order of tables; all by a paired bootstrap. */
export const metricsOf = (classes: Classes): readonly Metric[] => [
  {
    ...{ ...SHARE, name: 'logLoss', words: 'Log loss', higherIsBetter: false, max: undefined },
    improvement: improvements.logLoss,
    loss: { of: inNats, most: MOST_NATS },
  },
  {
    ...{ ...SHARE, name: 'accuracy', words: 'Accuracy' },
    improvement: improvements.accuracy,
    loss: { of: missed, most: 1 },
  },
  { ...SHARE, name: 'macroF1', words: 'Macro F1', improvement: improvements.macroF1 },
  { ...SHARE, name: 'auc', words: 'AUC, one against the rest', drawn: drawnAuc },
  ...classes.map((name, at) => ({
    ...{ ...SHARE, name: recallName(name), words: `Recall of ${name}` },
    improvement: improvements.recall(at),
  })),
];
