import type { GateSample } from '../../../contracts/gate.ts';

const drill = (change: { at?: Date; equal?: number; rows?: number; problem?: string } = {}) => ({
  drill: {
    version: 6,
    last: { at: new Date('2026-10-26T12:00:00Z'), ms: 312, rows: 200, equal: 200, ...change },
  },
});

export const sample: GateSample = {
  gate: { drill_days: 7 },
  passes: drill(),
  fails: [
    {
      evidence: drill({ at: new Date('2026-10-26T11:59:59Z') }),
      ...{ words: /longer ago than 7 days/, change: /^\/drill flights --in production/ },
    },
    { evidence: drill({ equal: 199 }), words: /199 of 200/, change: /answers otherwise/ },
    { evidence: drill({ rows: 0, equal: 0 }), words: /0 of 0/, change: /answers otherwise/ },
    {
      evidence: drill({ problem: 'it did not load.' }),
      words: /did not load\.$/,
      change: /Repair/,
    },
    { evidence: { drill: { version: 6 } }, words: /never drilled/, change: /^\/drill/ },
  ],
  contradictions: [{ gate: { drill_days: 0 }, words: /./ }],
};
