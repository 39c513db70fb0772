import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import type { Dispatch } from '../../core/platform.ts';
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
  placeOf: ReturnType<typeof createPlaces>;
  me: () => Promise<string>;
  log: Log;
}

/**
 * What people reply to our messages. Discord gives us the text only if it mentions the bot, as a reply does by itself and
 * a message in a thread can: everything else arrives empty, because the intent that would fill it is privileged.
 */
export function createReplyEvents({ dispatch, placeOf, me, log }: Parts) {
  async function heard(what: z.output<typeof Written>['d']): Promise<void> {
    const by = personOf({ ...what.member, user: what.author });
    const mine = await me();
    const text = what.content.replaceAll(new RegExp(`<@!?${mine}>`, 'g'), ' ').trim();
    if (!by || text === '') return;
    const { id, channel_id: channel, message_reference: to } = what;
    // A thread has the ID of the message that it was started from.
    const message = (await placeOf(channel)).isThread ? channel : to?.message_id;
    if (message === undefined) return;
    const from = { platform: 'discord', channel };
    const said = { id, text: inWords(text), message, by, from };
    await dispatch.take({ what: { said }, thread: message, to: { user: by.user } });
  }

  return (packet: unknown): void => {
    const { data } = Written.safeParse(packet);
    if (!data) return;
    heard(data.d).catch((err: unknown) =>
      log.error({ err, message: data.d.id }, 'a reply was not taken in'),
    );
  };
}

/** Mentions as words; Discord fills in no names. */
const inWords = (text: string): string =>
  text.replaceAll(/<(@[!&]?|#|a?:\w+:)(\d+)>/g, (_, sign: string, id: string) =>
    sign.includes(':') ? `:${sign.split(':')[1]}:` : `${sign.charAt(0)}${id}`,
  );
