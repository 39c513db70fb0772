import type { GateSample } from '../../../contracts/gate.ts';

const smoke = { rows: 300, expected: 'a number from 0 to 1', next: '/train makes another.' };

export const sample: GateSample = {
  gate: {},
  passes: { smoke },
  fails: [
    {
      evidence: { smoke: { ...smoke, problem: 'it was never evaluated' } },
      ...{ words: /^It was never evaluated\.$/, change: /^\/train/ },
    },
  ],
};
