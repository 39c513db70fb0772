import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import type { Dispatch } from '../../core/platform.ts';
import { commandIn, toBot } from '../spoken.ts';
import type { Catalogue } from './commands.ts';
import { Member, personOf } from './people.ts';
import type { createPlaces } from './places.ts';

const Written = z.object({
  t: z.literal('MESSAGE_CREATE'),
  d: z.object({
    id: z.string(),
    channel_id: z.string(),
    guild_id: z.string(),
    content: z.string().min(1),
    author: Member.shape.user,
    member: Member.omit({ user: true }),
    message_reference: z
      .object({ message_id: z.string().optional(), channel_id: z.string().optional() })
      .nullish(),
  }),
});

interface Parts {
  dispatch: Pick<Dispatch, 'take'>;
  commands: Pick<Catalogue, 'called'>;
  placeOf: ReturnType<typeof createPlaces>;
  me: () => Promise<string>;
  log: Log;
}

/**
 * What people say to the bot: commands behind a mention, and replies to our messages. Discord gives us the text only if it
 * mentions the bot, as a reply does by itself: everything else arrives empty, because the intent that would fill it is
 * privileged.
 */
export function createMentionEvents({ dispatch, commands, placeOf, me, log }: Parts) {
  async function heard(what: z.output<typeof Written>['d']): Promise<void> {
    const by = personOf({ ...what.member, user: what.author });
    if (!by) return;
    const mention = mentionOf(await me());
    const { id, channel_id: channel, message_reference: to } = what;
    const from = { platform: 'discord', channel };
    const { spoken, isKnown } = commandTo(what.content, mention, commands);
    const { isThread } = await placeOf(channel);
    // A thread has the ID of the message that it was started from.
    const message = isThread ? channel : to?.message_id;
    // In a thread people talk: what is no command there may be the reason for a vote.
    if (spoken && (isKnown || message === undefined)) {
      const invocation = { id, command: spoken.command, input: spoken.text, by, from };
      await dispatch.take({ what: { invocation }, to: { user: by.user, channel, message: id } });
      return;
    }
    const text = withoutMention(what.content, mention);
    if (message === undefined || text === '') return;
    const said = { id, text, message, by, from };
    await dispatch.take({ what: { said }, thread: message, to: { user: by.user, event: id } });
  }

  return (packet: unknown): void => {
    const { data } = Written.safeParse(packet);
    if (!data) return;
    heard(data.d).catch((err: unknown) =>
      log.error({ err, message: data.d.id }, 'what was said to the bot was not taken in'),
    );
  };
}

export const mentionOf = (me: string): RegExp => new RegExp(`<@!?${me}>`, 'g');

export const withoutMention = (content: string, mention: RegExp): string =>
  inWords(content.replaceAll(mention, ' ').trim());

/** What follows a mention of the bot at the beginning, and whether it is one of its commands. */
export function commandTo(
  content: string,
  mention: RegExp,
  commands: Pick<Catalogue, 'called'>,
): { spoken: ReturnType<typeof commandIn> | undefined; isKnown: boolean } {
  const line = toBot(content, mention);
  const spoken = line === undefined ? undefined : commandIn(inWords(line));
  const isKnown = spoken !== undefined && (line === '' || commands.called(spoken.command));
  return { spoken, isKnown: Boolean(isKnown) };
}

/** Mentions as words; Discord fills in no names. */
const inWords = (text: string): string =>
  text.replaceAll(/<(@[!&]?|#|a?:\w+:)(\d+)>/g, (_, sign: string, id: string) =>
    sign.includes(':') ? `:${sign.split(':')[1]}:` : `${sign.charAt(0)}${id}`,
  );
