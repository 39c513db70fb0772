import {
  deliveriesCard,
  type Receiver,
  receiverOff,
  receiverOn,
  receiversCard,
} from '../../cards/webhooks.ts';
import type { Card } from '../../core/card.ts';
import type { Delivery } from '../../core/ports/webhooks.ts';
import { AT } from './things.ts';

const OFF = {
  since: AT,
  why: 'nothing was delivered for 5 days; the last problem: it answered 503',
};

const RECEIVER: Receiver = {
  spec: {
    ...{ name: 'ci', url: 'https://ci.example.com/hooks/wheelhouse', secrets: ['CI_SECRET'] },
    ...{ events: ['deployment.*', 'approval.*'], homes: [], offAfterDays: 5, internal: false },
  },
  state: { name: 'ci', cursor: 1043, revision: 7, failures: 3, failingSince: AT, off: OFF },
  ...{ pending: 1, failed: 1 },
};

const DELIVERY: Delivery = {
  ...{ id: 'ci-1042', receiver: 'ci', sequence: 1042, action: 'deployment.live', model: 'flights' },
  ...{
    message: 'evt_7k2f9qab',
    body: '{}',
    status: 'pending',
    attempts: 2,
    nextAt: AT,
    createdAt: AT,
  },
  history: [{ at: AT, ms: 12, status: 503, problem: 'it answered 503' }],
};

/** What people see of webhooks. */
export function webhookSamples(): [string, Card][] {
  const done: Delivery = {
    ...DELIVERY,
    status: 'delivered',
    history: [{ at: AT, ms: 31, status: 204 }],
  };
  return [
    ['webhooks', receiversCard([RECEIVER, { ...RECEIVER, state: undefined }])],
    ['webhooks, none', receiversCard([])],
    ['webhook, deliveries', deliveriesCard(RECEIVER, [DELIVERY, done])],
    ['webhook, switched off', receiverOff('ci', OFF).card],
    ['webhook, switched on', receiverOn('ci', 'Dev Okafor').card],
  ];
}
