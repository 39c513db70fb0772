import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import { MARKS, type Mark } from '../../core/card.ts';
import { WheelhouseError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch, MessageReaction } from '../../core/platform.ts';
import { asFault, CODE, hasCode } from './faults.ts';
import { Member, type Members, personOf } from './people.ts';
import type { createPlaces } from './places.ts';
import { whereIs } from './threads.ts';

const PAGE = 100;

const Emoji = z.object({ id: z.string().nullish(), name: z.string().nullish() });
const Changed = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  message_id: z.string(),
  guild_id: z.string(),
  emoji: Emoji,
  /** Only if it was added. */
  message_author_id: z.string().optional(),
  member: Member.optional(),
});
const Packet = z.union([
  z.object({ t: z.literal('READY'), d: z.object({ session_id: z.string() }) }),
  z.object({
    t: z.literal(['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE']),
    s: z.number(),
    d: Changed,
  }),
  z.object({
    t: z.literal(['MESSAGE_REACTION_REMOVE_ALL', 'MESSAGE_REACTION_REMOVE_EMOJI']),
  }),
]);
const Message = z.object({ reactions: z.array(z.object({ emoji: Emoji })).nullish() });
const Users = z.array(z.object({ id: z.string() }));

/** The character of a standard emoji, the name of a guild's own. */
const nameOf = ({ name }: z.output<typeof Emoji>): string => name ?? '';

interface EventParts {
  dispatch: Pick<Dispatch, 'take'>;
  members: Members;
  me: () => Promise<string>;
  /** Reactions changed, and it is not known whose: many were removed at once, or an event could not be taken in. */
  onUnknown: () => void;
  log: Log;
}

/**
 * Reactions, read from the gateway's packets: they contain everything that is needed, while discord.js drops
 * reactions in channels that it does not know, e.g. in archived threads.
 */
export function createReactionEvents({ dispatch, members, me, onUnknown, log }: EventParts) {
  let session = '';

  async function heard(what: z.output<typeof Changed>, on: boolean, id: string): Promise<void> {
    const { user_id: user, channel_id: channel, message_id: message, guild_id: guild } = what;
    const mine = await me();
    if (user === mine || (what.message_author_id ?? mine) !== mine) return;
    const by = what.member ? personOf(what.member) : await members.find(guild, user);
    if (!by) return;
    const from = { platform: 'discord', channel };
    const reaction = { id, emoji: nameOf(what.emoji), on, message, by, from };
    await dispatch.take({ what: { reaction }, thread: message, to: { user, event: id } });
  }

  return (packet: unknown): void => {
    const { data } = Packet.safeParse(packet);
    if (data?.t === 'READY') session = data.d.session_id;
    else if (data && 's' in data) {
      // An event that is repeated after a reconnect has the same number in the same session.
      const id = `${session}-${data.s}`;
      heard(data.d, data.t === 'MESSAGE_REACTION_ADD', id).catch((err: unknown) => {
        // Discord may not say who it was: then what is on the messages counts.
        const about = { err, message: data.d.message_id };
        if (err instanceof WheelhouseError && err.blame === 'upstream')
          log.warn(about, 'a reaction was not taken in; reactions are read again');
        else log.error(about, 'a reaction was not taken in');
        onUnknown();
      });
    } else if (data) onUnknown();
  };
}

interface ReadParts {
  rest: REST;
  placeOf: ReturnType<typeof createPlaces>;
  members: Members;
  me: () => Promise<string>;
}

/** The current reactions to a message, without those of bots and of people who have left the server. */
export function createReactionReader({ rest, placeOf, members, me }: ReadParts) {
  async function usersOf(channel: string, message: string, emoji: string): Promise<string[]> {
    const users: string[] = [];
    for (let after = '0'; ; after = users.at(-1) ?? after) {
      const query = new URLSearchParams({ limit: String(PAGE), after });
      const route = Routes.channelMessageReaction(channel, message, emoji);
      const page = Users.parse(await rest.get(route, { query }));
      users.push(...page.map(({ id }) => id));
      if (page.length < PAGE) return users;
    }
  }

  return async (where: Address, name: string): Promise<MessageReaction[]> => {
    const { channel, id } = whereIs(where.channel, name);
    try {
      const [{ guild }, mine] = [await placeOf(channel), await me()];
      if (guild === undefined) return [];
      const message = Message.parse(await rest.get(Routes.channelMessage(channel, id)));
      const standing: MessageReaction[] = [];
      for (const { emoji } of message.reactions ?? []) {
        const key = emoji.id ? `${nameOf(emoji)}:${emoji.id}` : nameOf(emoji);
        for (const user of await usersOf(channel, id, encodeURIComponent(key))) {
          const by = user === mine ? undefined : await members.find(guild, user);
          if (by) standing.push({ emoji: nameOf(emoji), by });
        }
      }
      return standing;
    } catch (error) {
      throw asFault(error, `Reading the reactions on message ${id} in channel ${channel}`);
    }
  };
}

/** Sets the bot's own reaction to a message: this emoji, and no other. */
export async function markOn(
  rest: REST,
  where: Address,
  name: string,
  wanted: Mark | undefined,
): Promise<void> {
  const { channel, id } = whereIs(where.channel, name);
  try {
    for (const [mark, { emoji }] of Object.entries(MARKS)) {
      const route = Routes.channelMessageOwnReaction(channel, id, encodeURIComponent(emoji));
      if (mark === wanted) await rest.put(route);
      else
        await rest.delete(route).catch((error: unknown) => {
          if (!hasCode(error, CODE.unknownEmoji)) throw error;
        });
    }
  } catch (error) {
    throw asFault(error, `Marking message ${id} in channel ${channel}`);
  }
}
