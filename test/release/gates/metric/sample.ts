import type { GateSample } from '../../../contracts/gate.ts';

export const sample: GateSample = {
  gate: { metric: 'log_loss', min: 0.1, max: 0.5 },
  passes: { metrics: { logLoss: 0.5 } },
  fails: [
    { evidence: { metrics: { logLoss: 0.51 } }, words: /too high/, change: /with 0\.01 less/ },
    { evidence: { metrics: { logLoss: 0.09 } }, words: /too low/, change: /with 0\.01 more/ },
    {
      ...{ evidence: { metrics: { logLoss: Number.NaN } }, words: /could not be measured/ },
      change: /Evaluate on rows/,
    },
  ],
  contradictions: [
    { gate: { metric: 'auc' }, words: /expected min or max/ },
    { gate: { metric: 'auc', min: 0.9, max: 0.8 }, words: /no version can pass/ },
  ],
};
