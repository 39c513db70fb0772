import { z } from 'zod';
import { defineCommand, option } from '../src/core/define-command.ts';
import { ephemeral } from '../src/core/reply.ts';
import { modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const subscribe = defineCommand({
  name: 'subscribe',
  summary: 'Get the alerts of a model as direct messages',
  role: 'viewer',
  inReadOnly: 'refused',
  agents: 'refuse',
  words: ['model', 'alerts'],
  options: {
    model: modelOption,
    alerts: option(
      z.enum(['harm', 'all'], 'expected harm or all').default('all'),
      '`harm`: only alerts about a measured or estimated loss; `all`: every alert (default)',
      { placeholder: 'ALERTS', choices: ['harm', 'all'] },
    ),
  },
  examples: ['/subscribe flights', '/subscribe flights harm'],

  async run(
    { model, alerts: grade },
    {
      models,
      subscriptions,
      directMessages,
      audit,
    }: Needs<'models' | 'subscriptions' | 'directMessages' | 'audit'>,
    { id: event, by, from, account },
  ) {
    const { name } = models.get(model);
    const address = await directMessages.open(account);
    await subscriptions.add({ person: by.id, model: name, grade, address });
    await audit.append({
      ...{ id: `subscribe-${event}`, by: by.id, action: 'subscription.add' as const },
      ...{ subject: by.id, model: name, via: from.platform, after: { alerts: grade } },
    });
    const what = grade === 'harm' ? `alerts about harm of ${name}` : `all alerts of ${name}`;
    return ephemeral(
      {
        title: `You get ${what} as direct messages here.`,
        tone: 'success',
        text: `Each alert is one message, which is edited until it is over. /unsubscribe ${name} ends it.`,
      },
      { model: name, alerts: grade },
    );
  },
});
