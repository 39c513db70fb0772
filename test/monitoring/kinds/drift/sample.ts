import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Every distance is 900 miles longer. */
export const sample: KindSample = {
  spoil: (rows) => ({
    ...rows,
    distance: (rows['distance'] ?? []).map((miles) => Number(miles) + 900),
  }),
  settings: { important: ['distance'] },
  contradiction: {
    settings: { important: ['mood'], psi_warn: 0.3 },
    words: /no feature "mood"; it is greater than psi_alert/,
  },
};
