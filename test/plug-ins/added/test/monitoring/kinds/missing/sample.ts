import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Every third carrier is missing. */
export const sample: KindSample = {
  spoil: (rows) => ({
    ...rows,
    carrier: (rows['carrier'] ?? []).map((name, at) => (at % 3 === 0 ? null : name)),
  }),
  settings: { missing_share: 0.3, missing_in: ['carrier'] },
  contradiction: { settings: { missing_in: ['mood'] }, words: /no feature "mood"/ },
};
