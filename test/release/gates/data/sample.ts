import type { TrainingEvidence } from '../../../../src/core/gate.ts';
import type { GateSample } from '../../../contracts/gate.ts';

const training = (change: Partial<TrainingEvidence> = {}): { training: TrainingEvidence } => ({
  training: {
    ...{ rows: 3000, days: 30, nulls: { distance: 0.05, carrier: 0 }, distinctLabels: 2 },
    ...{ labels: { 0: 2400, 1: 600 }, previous: { version: 6, rows: 2800, days: 28 } },
    ...change,
  },
});

export const sample: GateSample = {
  gate: {
    training_data: {
      ...{ min_rows: 1000, max_null_share: 0.05, min_label_share: 0.2, max_volume_change: 0.5 },
    },
  },
  passes: training(),
  fails: [
    { evidence: training({ rows: 999 }), words: /has 999 rows/, change: /1 more rows/ },
    {
      evidence: training({ nulls: { distance: 0.06, carrier: 0.5 } }),
      ...{ words: /is carrier, with 50%/, change: /2 features are filled/ },
    },
    {
      evidence: training({ labels: { 0: 2401, 1: 599 } }),
      ...{ words: /rarest label .* is 1, with 599 rows/, change: /1 more rows of 1/ },
    },
    {
      evidence: training({ labels: { 0: 3000, 1: 0 }, distinctLabels: 1 }),
      ...{ words: /have the same label/, change: /different labels/ },
    },
    // Half of the days are missing, or all are duplicated.
    {
      evidence: training({ rows: 1400 }),
      ...{ words: /46\.7 rows a day, −53\.3%/, change: /50 to 150 rows a day/ },
    },
    {
      evidence: training({ rows: 6000 }),
      ...{ words: /200 rows a day, \+100%/, change: /missing or doubled/ },
    },
    { evidence: { training: undefined }, words: /could not be read/, change: /^\/train/ },
  ],
  contradictions: [
    { gate: { training_data: { max_null_share: 5 } }, words: /./ },
    { gate: { training_data: { rows: 5 } }, words: /rows/ },
  ],
};
