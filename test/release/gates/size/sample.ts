import type { GateSample } from '../../../contracts/gate.ts';

export const sample: GateSample = {
  gate: { max_megabytes: 1.5 },
  passes: { bytes: 1_500_000 },
  fails: [
    { evidence: { bytes: 1_500_001 }, words: /1\.500001 MB/, change: /smaller/ },
    { evidence: { bytes: undefined }, words: /unknown/, change: /again/ },
  ],
  contradictions: [{ gate: { max_megabytes: 0 }, words: /./ }],
};
