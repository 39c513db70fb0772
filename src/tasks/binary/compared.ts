import type { Judged, Metric, Pair } from '../../core/task.ts';
import { delong } from '../../evaluation/delong.ts';
import { mcnemar } from '../../evaluation/mcnemar.ts';
import { improvements, THRESHOLD } from './components.ts';
import { brierOf, logLossOf } from './metrics.ts';

/** A probability of 0.7% for what happened: a larger log loss says no more about harm. */
const MOST_NATS = 5;

const missed = ({ labels, answers }: Judged, row: number) =>
  (answers[row] ?? 0) >= THRESHOLD === (labels[row] === 1) ? 0 : 1;
const inNats = ({ labels, answers }: Judged, row: number) =>
  logLossOf(labels[row] ?? 0, answers[row] ?? 0);
const squared = ({ labels, answers }: Judged, row: number) =>
  brierOf(labels[row] ?? 0, answers[row] ?? 0);

const SHARE = { unit: undefined, min: 0, max: 1, margin: { absolute: 0.01 } } as const;
const MORE = { ...SHARE, higherIsBetter: true } as const;
const LESS = { ...SHARE, higherIsBetter: false } as const;

/**
 * In the order of tables. AUC by DeLong, the p of accuracy by McNemar, everything else (and the interval of
 * accuracy) by a paired bootstrap. With entities DeLong sums by entity, and the p of accuracy comes from the
 * bootstrap too, because McNemar assumes independent rows.
 */
export const METRICS: readonly Metric[] = [
  { ...MORE, name: 'auc', words: 'AUC', exact: aucOf },
  {
    ...{ ...MORE, name: 'accuracy', words: 'Accuracy' },
    improvement: improvements.accuracy,
    exactP: accuracyP,
    loss: { of: missed, most: 1 },
  },
  { ...MORE, name: 'f1', words: 'F1', improvement: improvements.f1 },
  { ...MORE, name: 'precision', words: 'Precision', improvement: improvements.precision },
  { ...MORE, name: 'recall', words: 'Recall', improvement: improvements.recall },
  {
    ...{ ...LESS, name: 'logLoss', words: 'Log loss', max: undefined },
    improvement: improvements.logLoss,
    loss: { of: inNats, most: MOST_NATS },
  },
  {
    ...{ ...LESS, name: 'brier', words: 'Brier score' },
    improvement: improvements.brier,
    loss: { of: squared, most: 1 },
  },
];

function aucOf({ labels, champion, challenger, entities }: Pair) {
  return delong(labels, champion, challenger, entities);
}

function accuracyP({ labels, champion, challenger, entities }: Pair): number | undefined {
  if (entities !== undefined) return undefined;
  let onlyChampion = 0;
  let onlyChallenger = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const championRight = (champion[row] ?? 0) >= THRESHOLD === (labels[row] === 1);
    const challengerRight = (challenger[row] ?? 0) >= THRESHOLD === (labels[row] === 1);
    if (championRight && !challengerRight) onlyChampion += 1;
    if (challengerRight && !championRight) onlyChallenger += 1;
  }
  return mcnemar(onlyChampion, onlyChallenger);
}
