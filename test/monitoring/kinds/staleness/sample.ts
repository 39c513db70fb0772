import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Requests have stopped, and so have labels. */
export const sample: KindSample = {
  spoil: (rows) => Object.fromEntries(Object.keys(rows).map((name) => [name, []])),
  settings: { no_traffic_hours: 1, max_age_days: 100_000 },
  contradiction: {
    settings: { no_traffic_hours: 700, no_labels_hours: 1000 },
    words: /at most 672 \(28 days\) are known/,
  },
  withoutReference: 'opens',
  fewRows: 'judged',
};
