import { z } from 'zod';
import { deliveriesCard, type Receiver, receiversCard } from '../src/cards/webhooks.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import type { ReceiverSpec } from '../src/core/ports/webhooks.ts';
import { answer } from '../src/core/reply.ts';
import { limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<'webhooks' | 'deliveries'>;

const STATUSES = ['pending', 'delivered', 'failed'] as const;

export const webhooks = defineCommand({
  name: 'webhooks',
  summary: 'List webhooks, or what was sent to one of them',
  role: 'viewer',
  agents: 'answer',
  words: ['webhook'],
  options: {
    webhook: option(z.string().trim().min(1, 'expected a word').optional(), 'Only this webhook', {
      placeholder: 'WEBHOOK',
    }),
    status: option(
      z.enum(STATUSES, `expected ${STATUSES.join(', ')}`).optional(),
      'Only deliveries with this status',
      { placeholder: STATUSES.join('|'), choices: STATUSES },
    ),
    limit: limitOption,
  },
  examples: ['/webhooks', '/webhooks ci', '/webhooks ci --status failed'],

  async run({ webhook, status, limit }, needs: Parts) {
    const { webhooks: receivers, deliveries } = needs;
    if (webhook === undefined) {
      const all = await Promise.all(receivers.list().map((spec) => receiverOf(spec, needs)));
      return answer(receiversCard(all), { webhooks: all.map(dataOf) });
    }
    const receiver = await receiverOf(receivers.get(webhook), needs);
    const found = await deliveries.list({
      ...{ receiver: receiver.spec.name, limit },
      ...(status && { status }),
    });
    return answer(deliveriesCard(receiver, found), { ...dataOf(receiver), deliveries: found });
  },
});

async function receiverOf(spec: ReceiverSpec, { deliveries }: Parts): Promise<Receiver> {
  const { name } = spec;
  const [states, pending, failed] = await Promise.all([
    deliveries.receivers(),
    deliveries.count(name, 'pending'),
    deliveries.count(name, 'failed'),
  ]);
  return { spec, state: states.find((state) => state.name === name), pending, failed };
}

/** Without the address: its path may be known to few. */
function dataOf({ spec, state, pending, failed }: Receiver) {
  const { name, url, events, models, environments } = spec;
  const host = new URL(url).host;
  return {
    webhook: name,
    host,
    events,
    models,
    environments,
    state: state ?? null,
    pending,
    failed,
  };
}
