import { z } from 'zod';
import { frozenInWords } from '../src/cards/freeze.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { BadInput, Refused } from '../src/core/errors.ts';
import { holds } from '../src/core/people.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { note } from '../src/core/reply.ts';
import { anyEnvironmentOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { freezeStatus } from '../src/release/policy.ts';

export const unfreeze = defineCommand({
  name: 'unfreeze',
  summary: 'End a freeze that somebody declared',
  role: 'approver',
  inReadOnly: 'runs',
  words: ['environment'],
  options: {
    environment: { ...anyEnvironmentOption, summary: 'Environment to open' },
    all: option(z.boolean('takes no value').default(false), 'End read-only', { flag: true }),
  },
  examples: ['/unfreeze production', '/unfreeze --all'],

  environment: ({ environment, all }, { environments }: Needs<'environments'>) =>
    environments.get(all ? undefined : environment),

  async run(
    { environment: named, all },
    { environments, freezes, audit, clock }: Needs<'environments' | 'freezes' | 'audit' | 'clock'>,
    { id, by, from },
  ) {
    if (all && !holds(by, 'admin'))
      throw new Refused(`Only an admin can end read-only; ${by.name} is ${by.role}.`);
    if (!all && named === undefined)
      throw new BadInput('Say which environment to open, or --all.', {
        next: `There is ${environments.list().join(', ')}.`,
      });
    const environment = all ? undefined : environments.get(named);
    const found = (await freezes.current()).filter((one) => one.environment === environment);
    for (const { id: freeze } of found) {
      const event: AuditDraft = {
        ...{ id: `unfreeze-${freeze}`, by: by.id, action: 'freeze.end', subject: freeze },
        ...(environment !== undefined && { environment }),
        ...{ via: from.platform, after: { request: id } },
      };
      const { ended } = await freezes.end(freeze, by.id, event);
      await audit.append({ ...event, by: ended?.by ?? by.id });
    }
    // The configuration may still freeze it.
    const now = clock.now();
    const frozen = { calendar: freezes.calendar, freezes: await freezes.current() };
    const status = freezeStatus(environment ?? environments.first, frozen, now);
    const still = frozenInWords(status, now);
    const place = environment ?? 'Everything';
    const title =
      found.length > 0
        ? `${by.name} ended the freeze of ${environment ?? 'everything'}.`
        : `${place} has no freeze that somebody declared.`;
    return note(still ? `${title} ${still}.` : title, still ? 'warning' : 'success', {
      ended: found.map((one) => one.id),
      status,
    });
  },
});
