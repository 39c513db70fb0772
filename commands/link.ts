import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { type Reply, whisper } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';

const MINUTES = 10;
/** No letter is mistaken for another when typed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 8;

type Parts = Needs<'links' | 'people' | 'bus' | 'audit' | 'clock'>;

export const link = defineCommand({
  name: 'link',
  summary: 'Say that another account of yours is you',
  role: 'viewer',
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
      'What /link said on the other account',
      { placeholder: 'CODE' },
    ),
    remove: option(z.boolean('takes no value').default(false), 'This account is nobody else’s', {
      flag: true,
    }),
  },
  examples: ['/link', '/link 7K2F-9QAB', '/link --remove'],

  run({ code, remove }, needs: Parts, asking) {
    if (remove) return unlink(needs, asking);
    return code === undefined ? offer(needs, asking) : redeem(code, needs, asking);
  },
});

/** The code is said where the rights are, and typed where they are to go: never the other way. */
async function offer({ links, people, clock }: Parts, { by, account }: Asking): Promise<Reply> {
  if (!people.of(account)) throw unknown(by.name);
  const code = Array.from({ length: LETTERS }, () => ALPHABET[randomInt(32)]).join('');
  await links.offer(code, by.id, new Date(clock.now().getTime() + MINUTES * 60_000));
  const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
  return whisper({
    title: `Say "/link ${shown}" on your other account within ${MINUTES} minutes`,
    tone: 'note',
    text: `That account is ${by.name} from then on, with your rights. Give the code to nobody: whoever says it is you.`,
  });
}

async function redeem(
  code: string,
  { links, people, bus, audit }: Parts,
  { id, by, account, from }: Asking,
): Promise<Reply> {
  const named = people.of(account);
  if (named && !people.canLink(account))
    throw new Refused(`This account is ${named.name} by the configuration, and stays that.`, {
      next: 'Say /link here, and the code that it gives on the other account.',
    });
  const person = await links.redeem(code, account);
  if (person === undefined)
    throw new Refused('That code opens nothing: it is mistyped, used, or older than ten minutes.', {
      next: 'Say /link on the other account for a new one.',
    });
  if ((people.byId(person)?.id ?? person) === by.id)
    throw new Refused('That is a code of this very account.', {
      next: 'Say it on the other one.',
    });
  const { platform, user } = account;
  const vouched = people.vouchesFor(account) && ({ vouched: true } as const);
  const said = { platform, user, person, ...vouched };
  await links.add(said);
  people.link(said);
  await bus.publish('people', person);
  await audit.append({
    id: `link-${account.platform}-${id}`,
    by: person,
    action: 'account.linked',
    subject: `${account.platform}:${account.user}`,
    via: from.platform,
    before: { person: by.id },
    after: { person },
  });
  const name = people.byId(person)?.name ?? person;
  return whisper({
    title: `This account is ${name} now, and votes as one person.`,
    tone: 'success',
  });
}

async function unlink({ links, people, bus, audit }: Parts, asking: Asking): Promise<Reply> {
  const { id, by, account, from } = asking;
  if (!(await links.remove(account)))
    return whisper({ title: 'Nobody linked this account, so nothing was changed.', tone: 'note' });
  people.unlink(account);
  await bus.publish('people', by.id);
  await audit.append({
    id: `unlink-${account.platform}-${id}`,
    by: by.id,
    action: 'account.unlinked',
    subject: `${account.platform}:${account.user}`,
    via: from.platform,
    before: { person: by.id },
  });
  return whisper({ title: `This account is no longer ${by.name}.`, tone: 'success' });
}

function unknown(name: string): Refused {
  return new Refused(`I do not know ${name} yet, so there is nobody to link to.`, {
    next: 'Say /link on the account that I know, and the code that it gives here.',
  });
}
