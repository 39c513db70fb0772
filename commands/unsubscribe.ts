import { defineCommand } from '../src/core/define-command.ts';
import { ephemeral } from '../src/core/reply.ts';
import { modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const unsubscribe = defineCommand({
  name: 'unsubscribe',
  summary: 'End the direct messages about a model',
  role: 'viewer',
  inReadOnly: 'refused',
  agents: 'refuse',
  words: ['model'],
  options: { model: modelOption },
  examples: ['/unsubscribe flights'],

  async run(
    { model },
    { models, subscriptions, audit }: Needs<'models' | 'subscriptions' | 'audit'>,
    { id: event, by, from },
  ) {
    const { name } = models.get(model);
    if (!(await subscriptions.remove(by.id, name)))
      return ephemeral({ title: `You have no subscription to ${name}.`, tone: 'note' });
    await audit.append({
      ...{ id: `unsubscribe-${event}`, by: by.id, action: 'subscription.remove' as const },
      ...{ subject: by.id, model: name, via: from.platform },
    });
    return ephemeral({
      title: `You get no more direct messages about new alerts of ${name}.`,
      tone: 'success',
    });
  },
});
