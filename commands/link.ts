import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { recordDue } from '../jobs/steps/record-due.ts';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { ephemeral, type Reply } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';

const MINUTES = 10;
/** No two characters are easily confused when typed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 8;

type Parts = Needs<'links' | 'people' | 'bus' | 'audit' | 'dueEvents' | 'clock'>;

export const link = defineCommand({
  name: 'link',
  summary: 'Link another account to yours',
  role: 'viewer',
  inReadOnly: 'refused',
  agents: 'refuse',
  strangers: true,
  words: ['code'],
  options: {
    code: option(
      z
        .string()
        .trim()
        .regex(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, 'expected eight characters such as 7K2F-9QAB')
        .transform((text) => text.replace('-', '').toUpperCase())
        .optional(),
      'Code from /link on the other account',
      { placeholder: 'CODE' },
    ),
    remove: option(z.boolean('takes no value').default(false), 'Unlink this account', {
      flag: true,
    }),
  },
  examples: ['/link', '/link 7K2F-9QAB', '/link --remove'],

  run({ code, remove }, needs: Parts, asking) {
    if (remove) return unlink(needs, asking);
    return code === undefined ? offer(needs, asking) : redeem(code, needs, asking);
  },
});

/**
 * The code is created on the account with the rights and entered on the one that gets them, never the other way
 * around.
 */
async function offer({ links, people, clock }: Parts, { by, account }: Asking): Promise<Reply> {
  if (!people.of(account)) throw unknown(by.name);
  const code = Array.from({ length: LETTERS }, () => ALPHABET[randomInt(32)]).join('');
  await links.offer(code, by.id, new Date(clock.now().getTime() + MINUTES * 60_000));
  const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
  return ephemeral({
    title: `Run "/link ${shown}" on your other account within ${MINUTES} minutes`,
    tone: 'note',
    text: `That account will then act as ${by.name}, with your rights. Do not share the code: whoever uses it gets your rights.`,
  });
}

async function redeem(
  code: string,
  needs: Parts,
  { id, by, account, from }: Asking,
): Promise<Reply> {
  const { links, people, bus, audit } = needs;
  const record = `link-${account.platform}-${id}`;
  // The same call, whose process died before it could answer.
  await recordDue(needs);
  if (await audit.find(record)) return linkedTo(by.name);
  const named = people.of(account);
  if (named && !people.canLink(account))
    throw new Refused(
      `The configuration assigns this account to ${named.name}, so it cannot be linked.`,
      {
        next: 'Run /link here, and use its code on the other account.',
      },
    );
  const person = await links.redeem(code, account);
  if (person === undefined)
    throw new Refused(
      'That code is not valid: it is mistyped, already used, or older than ten minutes.',
      {
        next: 'Run /link on the other account to get a new one.',
      },
    );
  if ((people.byId(person)?.id ?? person) === by.id)
    throw new Refused('That code was created for this account.', {
      next: 'Use it on the other account.',
    });
  const { platform, user } = account;
  const vouched = people.vouchesFor(account) && ({ vouched: true } as const);
  const said = { platform, user, person, ...vouched };
  const event: AuditDraft = {
    ...{ id: record, by: person, action: 'account.linked' },
    ...{ subject: `${account.platform}:${account.user}`, via: from.platform },
    ...{ before: { person: by.id }, after: { person } },
  };
  await links.add(said, event);
  people.link(said);
  await bus.publish('people', person);
  await audit.append(event);
  return linkedTo(people.byId(person)?.name ?? person);
}

const linkedTo = (name: string): Reply =>
  ephemeral({
    title: `This account is now linked to ${name}. The linked accounts share one vote.`,
    tone: 'success',
  });

async function unlink({ links, people, bus, audit }: Parts, asking: Asking): Promise<Reply> {
  const { id, by, account, from } = asking;
  const record: AuditDraft = {
    ...{ id: `unlink-${account.platform}-${id}`, by: by.id, action: 'account.unlinked' },
    ...{ subject: `${account.platform}:${account.user}`, via: from.platform },
    before: { person: by.id },
  };
  if (!(await links.remove(account, record)))
    return ephemeral({
      title: 'This account is not linked, so nothing was changed.',
      tone: 'note',
    });
  people.unlink(account);
  await bus.publish('people', by.id);
  await audit.append(record);
  return ephemeral({ title: `This account is no longer linked to ${by.name}.`, tone: 'success' });
}

function unknown(name: string): Refused {
  return new Refused(`${name} is not a known user, so there is nothing to link to.`, {
    next: 'Run /link on the account that is known, and use its code here.',
  });
}
