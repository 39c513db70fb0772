import { rolloutEnded, rolloutState } from '../../cards/rollout.ts';
import type { Card } from '../../core/card.ts';
import {
  endedRollout,
  type RolloutEnd,
  type RolloutJudgement,
  type RolloutState,
} from '../../core/rollout.ts';
import { AT, WHERE } from './things.ts';

const ROLLOUT: RolloutState = {
  ...{ deployment: 'deployment-c7002cat', version: 2, stable: 'deployment-b1', by: 'dev' },
  ...{ approval: 'approval-7k2f9qab', began: AT, since: AT, step: 1 },
  steps: [
    { weight: 0, shadow: true, forMs: 600_000 },
    { weight: 5, shadow: false, forMs: 600_000 },
    { weight: 100, shadow: false, forMs: 0 },
  ],
};
const counts = { stable: 9000, challenger: 3000 };
const JUDGEMENT: RolloutJudgement = {
  result: 'inconclusive',
  causes: [{ kind: 'split', challenger: 15, requests: 1000, weight: 5 }],
  signals: [
    {
      ...{ metric: 'errors', status: 'pass', ...counts, limit: 0.02 },
      ...{ difference: 0.001, low: -0.002, high: 0.004 },
    },
    {
      ...{ metric: 'latency', status: 'fail', ...counts, limit: 0.15 },
      ...{ difference: 0.32, low: 0.2, high: 0.44, where: 'longer than 12 ms' },
    },
  ],
};
const OUTCOMES: readonly RolloutEnd['outcome'][] = ['promoted', 'failed', 'aborted', 'replaced'];

/** A version that goes live step by step. */
export function rolloutSamples(): [string, Card][] {
  const shown = {
    ...WHERE,
    rollout: ROLLOUT,
    judgement: JUDGEMENT,
    stable: 1,
    dropped: 3,
    now: AT,
  };
  const why = 'the challenger got 1.5% of 1,000 requests instead of 5%';
  const paused = { by: 'wheelhouse', at: AT, why, asks: true };
  return [
    ['rollout', rolloutState(shown).card],
    ['rollout, asks', rolloutState({ ...shown, rollout: { ...ROLLOUT, paused } }).card],
    ...OUTCOMES.map((outcome): [string, Card] => {
      const how = { outcome, by: 'wheelhouse', why: 'slow requests: +32 points', at: AT };
      return [
        `rollout, ${outcome}`,
        rolloutEnded(WHERE, endedRollout(ROLLOUT, how), JUDGEMENT, 1).card,
      ];
    }),
  ];
}
