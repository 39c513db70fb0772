import { emojiAsJson } from './answered.ts';
import { refusals } from './errors.ts';
import type { Held } from './kept.ts';
import type { World } from './state.ts';
import { isThread, type User } from './things.ts';

/** Written this way because the flag is newer than the compile target. */
const SETS_OF_STRINGS = 'v';
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', SETS_OF_STRINGS);

/** A Unicode emoji, or a guild's own as `name:id`. @throws Refusal 10014 */
export function readEmoji(text: string): string {
  if (EMOJI.test(text) || /^\w+:\d+$/.test(text)) return text;
  if (/^\p{Extended_Pictographic}\uFE0F?$/u.test(text)) return text;
  throw refusals.unknownEmoji();
}

/**
 * Adds or removes a reaction; `silently` changes the state without an event. Returns the event, or undefined if nothing
 * changed.
 */
export function react(
  world: World,
  held: Held,
  user: User,
  { emoji, on, silently = false }: { emoji: string; on: boolean; silently?: boolean },
): { event: string; data: Record<string, unknown> } | undefined {
  if (isThread(held.channel) && held.channel.thread_metadata.archived) throw refusals.archived();
  const users = held.reactions.get(emoji) ?? new Set<string>();
  if (users.has(user.id) === on) return undefined;
  if (on) held.reactions.set(emoji, users.add(user.id));
  else users.delete(user.id);
  if (users.size === 0) held.reactions.delete(emoji);

  const guild = world.guildOf(held.channel);
  const member = guild?.members.get(user.id);
  const data = {
    user_id: user.id,
    channel_id: held.channel.id,
    message_id: held.id,
    emoji: emojiAsJson(emoji),
    burst: false,
    type: 0,
    ...(guild === undefined ? {} : { guild_id: guild.id }),
    // Removals give the user's ID only.
    ...(on ? { message_author_id: held.author.id } : {}),
    ...(on && member !== undefined ? { member } : {}),
  };
  const event = on ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE';
  if (!silently) world.dispatch(event, data);
  return { event, data };
}
