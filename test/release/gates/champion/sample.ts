import type { GateSample } from '../../../contracts/gate.ts';

const compared = (low: number, high: number) => ({
  comparison: {
    metrics: [{ name: 'auc', champion: 0.7, challenger: 0.7, low, high, adjustedP: 0.01 }],
    rows: 1000,
  },
});

export const sample: GateSample = {
  gate: { compare: 'champion', metric: 'auc', margin: 0.01 },
  passes: compared(-0.009, 0.01),
  fails: [
    { evidence: compared(-0.011, 0.01), words: /inconclusive/, change: /would decide it/ },
    { evidence: compared(-0.05, -0.02), words: /worse, by/, change: /at most 0\.01 behind/ },
    // Not compared does not mean good.
    { evidence: { comparison: undefined }, words: /was not compared/, change: /Compare/ },
  ],
  contradictions: [
    { gate: { compare: 'best', metric: 'auc' }, words: /./ },
    { gate: { compare: 'champion', metric: 'auc', margin: -1 }, words: /./ },
  ],
};
