import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Every third distance is missing. */
export const sample: KindSample = {
  spoil: (rows) => ({
    ...rows,
    distance: (rows['distance'] ?? []).map((miles, at) => (at % 3 === 0 ? null : miles)),
  }),
  settings: { ranges: { distance: { min: 0 } } },
  contradiction: {
    settings: { ranges: { mood: { min: 0 }, carrier: { max: 1 }, distance: { min: 2, max: 1 } } },
    words: /no feature "mood"; "carrier" is a category, .*; min of "distance" is greater than max/,
  },
};
