import { targetProblem, targetSolved } from '../../cards/target.ts';
import type { Card } from '../../core/card.ts';
import { HASH, WHERE } from './things.ts';

const OF = { ...WHERE, target: 'edge' };

/** What a channel sees of a target. */
export function targetSamples(): [string, Card][] {
  const why = 'Applying flights in production to the target edge: edge.example.com answered 503.';
  return [
    ['target, not applied', targetProblem(OF, { kind: 'failed', why }).card],
    ['target, cannot be observed', targetProblem(OF, { kind: 'unseen', why }).card],
    [
      'target, drift',
      targetProblem(OF, {
        kind: 'drift',
        differences: [
          { what: 'version', wanted: 'v7', observed: 'v6' },
          { what: 'artifact', wanted: HASH, observed: HASH.replaceAll('a', 'b') },
          { what: 'challenger', wanted: 'v8', observed: undefined },
        ],
      }).card,
    ],
    ['target, applied after all', targetSolved(OF, 'applied').card],
    ['target, in order again', targetSolved(OF, 'synced').card],
  ];
}
