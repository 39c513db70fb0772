import type { GateSample } from '../../../contracts/gate.ts';

const figure = (measured: number | undefined) => ({
  trainer: [
    { name: 'train_auc', metric: 'auc', on: 'training' as const, reported: 0.81, measured },
  ],
});

export const sample: GateSample = {
  gate: { trainer_tolerance: 0.01 },
  passes: figure(0.803),
  fails: [
    {
      evidence: figure(0.75),
      words: /reported train_auc 0\.81; AUC on the training rows is 0\.75, 0\.06 apart/,
      change: /only one side does/,
    },
    { evidence: figure(undefined), words: /could not be measured/, change: /Report a metric/ },
    { evidence: { trainer: [] }, words: /reported no metric/, change: /train_auc/ },
  ],
  contradictions: [{ gate: { trainer_tolerance: -1 }, words: /./ }],
};
