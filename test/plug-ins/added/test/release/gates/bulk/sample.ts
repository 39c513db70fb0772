import type { GateSample } from '../../../contracts/gate.ts';

export const sample: GateSample = {
  gate: { min_bytes: 1000 },
  passes: { bytes: 1000 },
  fails: [
    { evidence: { bytes: 999 }, words: /999 bytes/, change: /Train again/ },
    { evidence: { bytes: undefined }, words: /unknown/, change: /Train again/ },
  ],
};
