import type { GateSample } from '../../../contracts/gate.ts';

export const sample: GateSample = {
  gate: { min_rows: 2000 },
  passes: { rows: 2000 },
  fails: [{ evidence: { rows: 1999 }, words: /Only 1,999 .* 2,000/, change: /^1 more/ }],
  contradictions: [{ gate: { min_rows: 0 }, words: /./ }],
};
