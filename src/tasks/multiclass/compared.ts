import type { Classes, Metric } from '../../core/task.ts';
import { improvements } from './components.ts';
import { drawnAuc } from './drawn-auc.ts';
import { recallName } from './metrics.ts';

const SHARE = {
  ...({ higherIsBetter: true, unit: undefined, min: 0, max: 1 } as const),
  margin: { absolute: 0.01 },
};

/** In the order of tables; all by a paired bootstrap. */
export const metricsOf = (classes: Classes): readonly Metric[] => [
  {
    ...{ ...SHARE, name: 'logLoss', words: 'Log loss', higherIsBetter: false, max: undefined },
    improvement: improvements.logLoss,
  },
  { ...SHARE, name: 'accuracy', words: 'Accuracy', improvement: improvements.accuracy },
  { ...SHARE, name: 'macroF1', words: 'Macro F1', improvement: improvements.macroF1 },
  { ...SHARE, name: 'auc', words: 'AUC, one against the rest', drawn: drawnAuc },
  ...classes.map((name, at) => ({
    ...{ ...SHARE, name: recallName(name), words: `Recall of ${name}` },
    improvement: improvements.recall(at),
  })),
];
