import type { ShadowEvidence } from '../../../../src/core/gate.ts';
import type { GateSample } from '../../../contracts/gate.ts';

const HOUR_MS = 3_600_000;
const DAY = { ms: 24 * HOUR_MS, requests: 4200 };
const shadow = (change: Partial<ShadowEvidence> = {}): { shadow: ShadowEvidence[] } => ({
  shadow: [
    { environment: 'staging', longest: DAY, plannedMs: 24 * HOUR_MS, wasLive: false, ...change },
  ],
});
const never = { longest: undefined };
const short = { ms: 5 * HOUR_MS, requests: 300 };

export const sample: GateSample = {
  gate: { shadow: 'staging', hours: 24, min_requests: 1000 },
  passes: shadow(),
  fails: [
    {
      evidence: shadow(never),
      ...{ words: /never been in shadow in staging/, change: /^\/promote flights 7 --to staging/ },
    },
    {
      evidence: shadow({ ...never, plannedMs: 600_000 }),
      ...{ words: /never been in shadow/, change: /rollout\.steps with \{ shadow: 24h \}/ },
    },
    {
      evidence: shadow({ ...never, wasLive: true }),
      ...{ words: /never been in shadow/, change: /first version of a model/ },
    },
    // Another environment does not count.
    { evidence: shadow({ environment: 'canary' }), words: /never been/, change: /--to staging/ },
    {
      evidence: shadow({ longest: { ...DAY, ms: DAY.ms - 1 } }),
      ...{ words: /for 23\.9 of 24 hours/, change: /not in shadow there any more/ },
    },
    {
      evidence: shadow({ longest: short, since: new Date('2026-11-02T07:00:00Z') }),
      ...{ words: /5 of 24 hours/, change: /again after 3 Nov 2026 07:00 UTC/ },
    },
    // It leaves the shadow before that, so waiting does not help.
    {
      evidence: shadow({
        ...{ longest: short, plannedMs: 6 * HOUR_MS },
        since: new Date('2026-11-02T07:00:00Z'),
      }),
      ...{ words: /5 of 24 hours/, change: /not that long in shadow/ },
    },
    // It received no requests.
    {
      evidence: shadow({ longest: { ...DAY, requests: 999 } }),
      ...{ words: /answered 999 of the requests/, change: /more requests come/ },
    },
    {
      evidence: shadow({ stopped: 'requests without a usable answer: +2.0 points' }),
      ...{ words: /was stopped: requests without a usable answer/, change: /not stopped/ },
    },
  ],
  contradictions: [
    { gate: { shadow: 'stagin', hours: 1 }, words: /"stagin" does not exist/ },
    { gate: { shadow: 'production', hours: 1 }, words: /before its promotion there/ },
    { gate: { shadow: 'staging', hours: 0 }, words: />0/ },
  ],
};
