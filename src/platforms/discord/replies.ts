import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import type { MessageReply } from '../../core/platform.ts';
import type { Catalogue } from './commands.ts';
import { asFault, CODE, hasCode } from './faults.ts';
import { commandTo, mentionOf, withoutMention } from './mentions.ts';
import type { Members } from './people.ts';
import type { createPlaces } from './places.ts';
import { whereIs } from './threads.ts';

const PAGE = 100;
const PAGES = 5;

const Written = z.object({
  id: z.string(),
  content: z.string(),
  author: z.object({ id: z.string(), bot: z.boolean().nullish() }),
  timestamp: z.string(),
  message_reference: z.object({ message_id: z.string().optional() }).nullish(),
});
type Written = z.output<typeof Written>;

interface Parts {
  rest: REST;
  commands: Pick<Catalogue, 'called'>;
  placeOf: ReturnType<typeof createPlaces>;
  members: Members;
  me: () => Promise<string>;
}

/**
 * Replies to a message: those behind it in its channel, and all in its thread. As in events, Discord gives us the text
 * only if it mentions the bot, which a reply does by itself.
 */
export function createReplyReader({ rest, commands, placeOf, members, me }: Parts) {
  /** https://docs.discord.com/developers/resources/message#get-channel-messages */
  async function behind(channel: string, message: string): Promise<Written[]> {
    const found: Written[] = [];
    for (let [page, after] = [0, message]; page < PAGES; page += 1) {
      const query = new URLSearchParams({ limit: String(PAGE), after });
      const answer = await rest.get(Routes.channelMessages(channel), { query });
      // The newest comes first.
      const read = z.array(Written).parse(answer).toReversed();
      found.push(...read);
      after = read.at(-1)?.id ?? after;
      if (read.length < PAGE) break;
    }
    return found;
  }

  return async (where: Address, name: string): Promise<MessageReply[]> => {
    const { channel, id } = whereIs(where.channel, name);
    try {
      const { guild, isThread } = await placeOf(channel);
      if (guild === undefined) return [];
      const mention = mentionOf(await me());
      const here = (await behind(channel, id)).filter(
        ({ message_reference: to }) => isThread || to?.message_id === id,
      );
      // A thread has the ID of the message that it was started from; most messages have none.
      const inThread = isThread
        ? []
        : await behind(id, id).catch((error: unknown) => {
            if (hasCode(error, CODE.unknownChannel)) return [];
            throw error;
          });
      const all = [...here, ...inThread].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      const replies: MessageReply[] = [];
      for (const { id: own, content, author, timestamp } of all) {
        const text = withoutMention(content, mention);
        if (author.bot || text === '' || commandTo(content, mention, commands).isKnown) continue;
        const by = await members.find(guild, author.id);
        if (by) replies.push({ id: own, text, by, at: new Date(timestamp) });
      }
      return replies;
    } catch (error) {
      throw asFault(error, `Reading the replies to message ${id} in channel ${channel}`);
    }
  };
}
