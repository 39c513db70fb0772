import { defineCommand } from '../src/core/define-command.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { ephemeral } from '../src/core/reply.ts';
import { hereOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const unsubscribe = defineCommand({
  name: 'unsubscribe',
  summary: 'End the direct messages about a model, or what this channel gets',
  role: 'viewer',
  inReadOnly: 'refused',
  agents: 'refuse',
  words: ['model'],
  options: { model: modelOption, here: hereOption('End what this channel gets') },
  examples: ['/unsubscribe flights', '/unsubscribe flights --here'],

  async run(
    { model, here },
    {
      models,
      subscriptions,
      directMessages,
      audit,
    }: Needs<'models' | 'subscriptions' | 'directMessages' | 'audit'>,
    { id: event, by, from },
  ) {
    const { name } = models.get(model);
    const place = here ? directMessages.channelOf(from) : undefined;
    const record: AuditDraft = {
      ...{ id: `unsubscribe-${event}`, by: by.id, action: 'subscription.remove' },
      ...{ subject: by.id, model: name, via: from.platform },
      ...(place && { before: { channel: place.channel } }),
    };
    const ended = place
      ? await subscriptions.removeAt(place, name, record)
      : await subscriptions.remove(by.id, name, record);
    const who = here ? 'This channel' : 'You';
    if (!ended)
      return ephemeral({
        title: `${who} ${here ? 'has' : 'have'} no subscription to ${name}.`,
        tone: 'note',
      });
    await audit.append(record);
    return ephemeral({
      title: here
        ? `The subscription of this channel to ${name} has ended.`
        : `You get no more direct messages about what happens to ${name}.`,
      tone: 'success',
    });
  },
});
