import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Labels 0 and 1 are swapped. */
export const sample: KindSample = {
  spoil: (rows) => ({ ...rows, label: (rows['label'] ?? []).map((label) => 1 - Number(label)) }),
  settings: { slices: ['carrier'], false_alarms: '12 per day' },
  contradiction: {
    settings: { loss: 'auc', slices: ['mood'] },
    words: /"auc" is not a mean over rows; write accuracy, log_loss, brier; no feature "mood"/,
  },
};
