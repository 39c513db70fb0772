import { z } from 'zod';
import { subscribed } from '../src/cards/subscription.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { KINDS } from '../src/core/ports/subscriptions.ts';
import { ephemeral } from '../src/core/reply.ts';
import { anyEnvironmentOption, hereOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

const ABOUT = ['alerts', 'harm', ...KINDS, 'all'] as const;

const expected = `expected ${ABOUT.slice(0, -1).join(', ')} or all, or several with commas`;
const about = z
  .string(expected)
  .trim()
  .toLowerCase()
  .transform((text): unknown[] => text.split(/\s*,\s*/))
  .pipe(z.array(z.enum(ABOUT, expected)))
  .transform((given) => {
    const kinds = KINDS.filter((kind) => given.includes(kind) || given.includes('all'));
    const every = given.includes('alerts') || given.includes('all');
    const grade: 'harm' | 'all' | undefined = every
      ? 'all'
      : given.includes('harm')
        ? 'harm'
        : undefined;
    return { ...(grade && { grade }), ...(kinds.length > 0 && { kinds }) };
  });

export const subscribe = defineCommand({
  name: 'subscribe',
  summary: 'Get what happens to a model as direct messages, or in this channel',
  role: 'viewer',
  inReadOnly: 'refused',
  agents: 'refuse',
  words: ['model', 'about'],
  options: {
    model: modelOption,
    about: option(
      about.prefault('alerts'),
      '`alerts` (default), `harm` (only alerts about a measured or estimated loss), `deployments`, `approvals`, `training`, `data`, or `all`; several with commas',
      { placeholder: 'ABOUT[,ABOUT]' },
    ),
    in: anyEnvironmentOption,
    here: hereOption('Post it in this channel'),
  },
  examples: [
    '/subscribe flights',
    '/subscribe flights harm,deployments --in production',
    '/subscribe flights approvals,data --here',
  ],

  async run(
    { model, about: { grade, kinds }, in: asked, here },
    {
      models,
      environments,
      subscriptions,
      directMessages,
      audit,
    }: Needs<'models' | 'environments' | 'subscriptions' | 'directMessages' | 'audit'>,
    { id: event, by, from, account },
  ) {
    const { name } = models.get(model);
    const environment = asked === undefined ? undefined : environments.get(asked);
    const address = here ? directMessages.channelOf(from) : await directMessages.open(account);
    const head = async () => (await audit.head())?.sequence ?? 0;
    // Begins with what happens from now on, also if nobody has subscribed to anything before.
    const since = kinds && (await head());
    if (kinds) await subscriptions.cursor(head);
    const wanted = {
      ...{ ...(grade && { grade }), ...(kinds && { kinds }) },
      ...(environment !== undefined && { environment }),
    };
    const record: AuditDraft = {
      ...{ id: `subscribe-${event}`, by: by.id, action: 'subscription.add' },
      ...{ subject: by.id, model: name, via: from.platform },
      after: { ...wanted, ...(here && { channel: address.channel }) },
    };
    await subscriptions.add(
      {
        ...{ person: by.id, model: name, address, ...wanted },
        ...(since !== undefined && { since }),
      },
      record,
    );
    await audit.append(record);
    return ephemeral(subscribed({ model: name, here, ...wanted }), {
      model: name,
      here,
      ...wanted,
    });
  },
});
