import type { SoakEvidence } from '../../../../src/core/gate.ts';
import type { GateSample } from '../../../contracts/gate.ts';

const HOUR_MS = 3_600_000;
const soak = (change: Partial<SoakEvidence> = {}): { soak: SoakEvidence[] } => ({
  soak: [{ environment: 'staging', longestMs: 24 * HOUR_MS, openAlerts: 0, ...change }],
});

export const sample: GateSample = {
  gate: { after: 'staging', hours: 24 },
  passes: soak(),
  fails: [
    {
      evidence: soak({ longestMs: 24 * HOUR_MS - 1 }),
      ...{ words: /for 23\.9 of 24 hours/, change: /not live there any more/ },
    },
    {
      evidence: soak({ longestMs: 5 * HOUR_MS, since: new Date('2026-11-02T07:00:00Z') }),
      ...{ words: /5 of 24 hours/, change: /again after 3 Nov 2026 07:00 UTC/ },
    },
    { evidence: soak({ openAlerts: 1 }), words: /1 open alert in staging/, change: /are over/ },
    {
      evidence: soak({ longestMs: 0 }),
      ...{ words: /not been live in staging/, change: /^\/promote flights 7 --to staging/ },
    },
    // Another environment does not count.
    {
      evidence: soak({ environment: 'canary' }),
      ...{ words: /not been live in staging/, change: /--to staging/ },
    },
  ],
  contradictions: [
    { gate: { after: 'stagin', hours: 1 }, words: /"stagin" does not exist/ },
    { gate: { after: 'production', hours: 1 }, words: /after itself/ },
  ],
};
