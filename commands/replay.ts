import { z } from 'zod';
import { deliverWebhooks } from '../jobs/declared/index.ts';
import { receiverOn, receiverSubject } from '../src/cards/webhooks.ts';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Unreachable } from '../src/core/errors.ts';
import { plural } from '../src/core/figures.ts';
import { note } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<'webhooks' | 'deliveries' | 'audit' | 'replies' | 'jobs' | 'clock'>;

export const replay = defineCommand({
  name: 'replay',
  summary: 'Send an event again, or all that a webhook has not got, and switch it on',
  role: 'operator',
  words: ['what'],
  options: {
    what: option(
      z.string('expected a word').trim().min(1, 'expected a word'),
      'A delivery as /webhooks lists it, or the name of a webhook',
      { placeholder: 'DELIVERY' },
    ),
  },
  examples: ['/replay ci-1042', '/replay ci'],

  run: ({ what }, needs: Parts, asking) =>
    needs.webhooks.list().some(({ name }) => name === what)
      ? replayAll(what, needs, asking)
      : replayOne(what, needs, asking),
});

async function replayOne(id: string, needs: Parts, asking: Asking) {
  const { webhooks, deliveries, clock } = needs;
  const { receiver } = await deliveries.get(id);
  const { name } = webhooks.get(receiver);
  await record('webhook.replay', id, needs, asking);
  const delivery = await deliveries.again(id, clock.now());
  const state = (await deliveries.receivers()).find((one) => one.name === name);
  await sendSoon(name, needs);
  const title = state?.off
    ? `${id} is sent again when ${name} is switched on: /replay ${name}`
    : `${id} is sent again. /webhooks ${name} shows what comes of it.`;
  return note(title, state?.off ? 'warning' : 'progress', { delivery });
}

async function replayAll(name: string, needs: Parts, asking: Asking) {
  const { deliveries, replies, clock } = needs;
  const known = (await deliveries.receivers()).find((one) => one.name === name);
  if (!known) return note(`Nothing was ever sent to ${name}.`);
  // Recorded first: should this stop halfway, whoever repeats it finishes it.
  await record('webhook.resume', name, needs, asking);
  const again = await deliveries.againAll(name, clock.now());
  let off = known.off;
  await deliveries.change(name, (seen) => {
    off = seen.off;
    return { failures: 0 };
  });
  if (off) await replies.show(receiverSubject(name, off), receiverOn(name, asking.by.name));
  await sendSoon(name, needs);
  const title =
    again === 0
      ? 'Nothing waits to be sent.'
      : `${plural(again, 'event')} ${again === 1 ? 'is' : 'are'} sent again.`;
  return note(off ? `${name} is on again. ${title}` : title, 'progress', { webhook: name, again });
}

const record = (
  action: 'webhook.replay' | 'webhook.resume',
  subject: string,
  { audit }: Needs<'audit'>,
  { id, by, from }: Asking,
) =>
  audit.append({
    id: `${action}-${from.platform}-${id}`,
    ...{ by: by.id, action, subject, via: from.platform },
  });

/** Should the queue be down, the next round begins within seconds. */
const sendSoon = (receiver: string, { jobs }: Needs<'jobs'>) =>
  jobs.enqueue(deliverWebhooks, { receiver }).catch((error: unknown) => {
    if (!(error instanceof Unreachable)) throw error;
  });
