import { happened } from '../../cards/happened.ts';
import { subscribed } from '../../cards/subscription.ts';
import type { Card } from '../../core/card.ts';
import { KINDS } from '../../core/ports/subscriptions.ts';
import { AT, HASH, WHERE } from './things.ts';

/** What people who subscribed get, and the answer to them. */
export function subscriptionSamples(): [string, Card][] {
  const line = happened(
    {
      ...{ id: 'rollback-1', by: 'lead', action: 'deployment.rollback', subject: 'deployment-1' },
      ...{ ...WHERE, via: 'slack', before: { version: 2 } },
      after: { version: 1, reason: 'late flights are missed' },
      ...{ sequence: 1042, hash: HASH, previous: HASH, at: AT },
    },
    'Ada Lead',
  );
  return [
    ...(line ? [['something happened', line.card] satisfies [string, Card]] : []),
    ['subscribed', subscribed({ model: 'flights', grade: 'harm', kinds: ['data'], here: false })],
    ['subscribed, here', subscribed({ ...WHERE, kinds: KINDS, here: true })],
  ];
}
