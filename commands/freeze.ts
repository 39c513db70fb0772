import { z } from 'zod';
import { untilInWords } from '../src/cards/freeze.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { BadInput, Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { holds } from '../src/core/people.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { answer } from '../src/core/reply.ts';
import { anyEnvironmentOption, reasonWord, timeOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const freeze = defineCommand({
  name: 'freeze',
  summary: 'Let nothing go live in an environment for a while; rollbacks still work',
  role: 'approver',
  inReadOnly: 'runs',
  words: ['environment', 'why'],
  options: {
    environment: { ...anyEnvironmentOption, summary: 'Environment to freeze' },
    why: reasonWord,
    until: timeOption('When it ends, in UTC; without it, /unfreeze ends it'),
    all: option(z.boolean('takes no value').default(false), 'Read-only: refuse every change', {
      flag: true,
    }),
  },
  examples: [
    '/freeze production "Black Friday" --until 2026-12-01',
    '/freeze --all "the database is moved"',
  ],

  environment: ({ environment, all }, { environments }: Needs<'environments'>) =>
    environments.get(all ? undefined : environment),

  async run(
    { environment: named, why, until, all },
    {
      models,
      environments,
      endpoints,
      freezes,
      audit,
      clock,
    }: Needs<'models' | 'environments' | 'endpoints' | 'freezes' | 'audit' | 'clock'>,
    { id, by, from },
  ) {
    if (all && !holds(by, 'admin'))
      throw new Refused(
        `Only an admin can make everything read-only; ${by.name} is ${by.role}. Nothing was done.`,
      );
    if (named === undefined)
      throw new BadInput('Say which environment to freeze, or --all.', {
        next: `There is ${environments.list().join(', ')}.`,
      });
    const now = clock.now();
    if (until && until <= now) throw new BadInput('That time is over, so nothing was frozen.');
    // With --all, no environment is named: the first word is the reason.
    const reason = all ? [named, why].filter(Boolean).join(' ') : (why ?? 'no reason given');
    const environment = all ? undefined : environments.get(named);
    const where = environment === undefined ? {} : { environment };
    const event: AuditDraft = {
      ...{ id: `freeze-${deriveId('freeze', id)}`, by: by.id, action: 'freeze.begin' },
      ...{ subject: deriveId('freeze', id), ...where, via: from.platform },
      after: { why: reason, until: until?.toISOString() ?? null },
    };
    const freeze = await freezes.begin(
      {
        ...{ id: event.subject, ...where, why: reason, by: by.id, since: now },
        ...(until && { until }),
      },
      event,
    );
    await audit.append(event);
    // A switch that read the freezes before this one was stored finds the endpoint changed, and reads them again.
    for (const { name } of models.list())
      for (const one of environment === undefined ? environments.list() : [environment])
        await endpoints.change({ model: name, environment: one }, () => ({}));
    return answer(
      {
        title: all ? 'Wheelhouse is read-only' : `${environment} is frozen`,
        tone: 'warning',
        text: all
          ? 'Every command that changes something is refused, except rolling back, cancelling, taking out of service and withdrawing a vote.'
          : 'Nothing goes live there. A rollback and taking out of service still work.',
        facts: [
          { label: 'Reason', value: reason },
          { label: 'Lasts', value: untilInWords(until) },
        ],
        actions: [{ label: 'Unfreeze', command: 'unfreeze', argument: environment ?? '--all' }],
      },
      { freeze },
    );
  },
});
