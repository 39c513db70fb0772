import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** The model has become uncertain: every score is near 0.5. */
export const sample: KindSample = {
  spoil: (rows) => ({
    ...rows,
    score: (rows['score'] ?? []).map((score) => 0.45 + Number(score) / 10),
  }),
  settings: { loss: 'log_loss', false_alarms: '12 per day' },
  contradiction: {
    settings: { loss: 'f1' },
    words: /"f1" is not a mean over rows; write accuracy, log_loss, brier/,
  },
};
