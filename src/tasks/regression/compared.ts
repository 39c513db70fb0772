import type { Judged, Metric, Pair } from '../../core/task.ts';
import { clusteredT } from '../../evaluation/paired-t.ts';
import { groupRows } from '../../evaluation/rows.ts';
import { improvements } from './components.ts';

/** No fixed margin in the label's unit would suit all labels: the default is 1% of the champion's value. */
const ERROR = {
  ...({ higherIsBetter: false, unit: 'label', min: 0, max: undefined } as const),
  margin: { share: 0.01 },
};
const SHARE = { unit: undefined, margin: { absolute: 0.01 } } as const;

const errors = (power: number) => (pair: Pair) => {
  const { labels, champion, challenger, entities } = pair;
  const difference = Float64Array.from(labels, (label, row) => {
    const [before, after] = [(champion[row] ?? 0) - label, (challenger[row] ?? 0) - label];
    return Math.abs(before) ** power - Math.abs(after) ** power;
  });
  return clusteredT(difference, groupRows(labels.length, entities));
};

const absoluteError = ({ labels, answers }: Judged, row: number) =>
  Math.abs((answers[row] ?? 0) - (labels[row] ?? 0));

/**
 * In the order of tables. Intervals by a paired bootstrap; the p of MAE by a paired t-test of the absolute
 * errors, that of RMSE by one of the squared errors, over entities if there are any.
 */
export const METRICS: readonly Metric[] = [
  { ...ERROR, name: 'rmse', words: 'RMSE', improvement: improvements.rmse, exactP: errors(2) },
  {
    ...{ ...ERROR, name: 'mae', words: 'MAE' },
    ...{ improvement: improvements.mae, exactP: errors(1) },
    loss: { of: absoluteError, most: undefined },
  },
  {
    ...{ ...SHARE, name: 'r2', words: 'R²', higherIsBetter: true, min: undefined, max: 1 },
    improvement: improvements.r2,
  },
  {
    ...{ ...SHARE, name: 'mape', words: 'MAPE', higherIsBetter: false, min: 0, max: undefined },
    improvement: improvements.mape,
  },
  {
    ...ERROR,
    name: 'pinball10',
    words: 'Pinball loss (10%)',
    improvement: improvements.pinball10,
  },
  {
    ...ERROR,
    name: 'pinball50',
    words: 'Pinball loss (50%)',
    improvement: improvements.pinball50,
  },
  {
    ...ERROR,
    name: 'pinball90',
    words: 'Pinball loss (90%)',
    improvement: improvements.pinball90,
  },
];
