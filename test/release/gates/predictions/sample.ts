import type { GateSample } from '../../../contracts/gate.ts';

const apart = (...some: number[]) => ({
  predictions: { differences: Float64Array.from([...Array(997).fill(0), ...some]).sort() },
});

export const sample: GateSample = {
  gate: { trainer_predictions: 0.0001, max_share: 0.002 },
  // A difference equal to the tolerance is allowed, and two of a thousand rows may differ.
  passes: apart(0.0001, 0.3, 0.2),
  fails: [
    {
      evidence: apart(0.00011, 0.3, 0.2),
      words:
        /3 of 1,000 rows \(0\.3%\) differently .* by more than 0\.0001, 0\.3 apart at most; 0\.2%/,
      change: /only one side does/,
    },
    {
      evidence: apart(0, 0, 0, Number.POSITIVE_INFINITY, 1, 1),
      ...{ words: /Infinity apart at most/, change: /only one side does/ },
    },
    {
      evidence: { predictions: undefined },
      ...{ words: /wrote no predictions of its own/, change: /artifact "predictions"/ },
    },
    {
      evidence: { predictions: { problem: 'The rows that it was trained on are gone.' } },
      ...{ words: /rows .* are gone/, change: /^\/train flights/ },
    },
    {
      evidence: { predictions: { differences: new Float64Array() } },
      ...{ words: /0 of 0 rows/, change: /only one side does/ },
    },
  ],
  contradictions: [
    { gate: { trainer_predictions: -1 }, words: />=0/ },
    { gate: { trainer_predictions: 0.1, max_share: 2 }, words: /<=1/ },
  ],
};
