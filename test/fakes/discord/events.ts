import type { World } from './state.ts';
import { type Guild, guildAsJson } from './things.ts';

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway */
export const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  invalid: 9,
  hello: 10,
  ack: 11,
} as const;

/** Members, presences and message content are privileged. */
export const PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15);

/** The intent that an event needs, in a guild and in direct messages; none if it is not listed here. */
const NEEDS: readonly [RegExp, number, number][] = [
  [/^(GUILD_CREATE|THREAD_|CHANNEL_)/, 1 << 0, 1 << 0],
  [/^MESSAGE_REACTION_/, 1 << 10, 1 << 13],
  [/^MESSAGE_/, 1 << 9, 1 << 12],
];

/** The component of Discord's document for an event or a field of it. */
export const SHAPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  READY: { user: 'UserPIIResponse' },
  GUILD_CREATE: { '': 'GuildResponse' },
  INTERACTION_CREATE: {
    member: 'GuildMemberResponse',
    user: 'UserResponse',
    message: 'MessageResponse',
  },
  MESSAGE_REACTION_ADD: { member: 'GuildMemberResponse', emoji: 'MessageReactionEmojiResponse' },
  MESSAGE_REACTION_REMOVE: { emoji: 'MessageReactionEmojiResponse' },
  MESSAGE_CREATE: { '': 'MessageResponse' },
  MESSAGE_UPDATE: { '': 'MessageResponse' },
  THREAD_CREATE: { '': 'ThreadResponse' },
  THREAD_UPDATE: { '': 'ThreadResponse' },
};

/** The bit of the intent without which a bot does not receive it; 0: every bot does. */
export function intentFor(event: string, data: Record<string, unknown>): number {
  const [, guild = 0, direct = 0] = NEEDS.find(([pattern]) => pattern.test(event)) ?? [];
  return 'guild_id' in data || event === 'GUILD_CREATE' ? guild : direct;
}

/** What a bot receives about a guild when it connects. */
export function guildCreate({ bot, channels }: World, guild: Guild) {
  const own = [...channels.values()].filter(
    (one) => 'guild_id' in one && one.guild_id === guild.id,
  );
  const member = guild.members.get(bot.id);
  return {
    ...guildAsJson(guild),
    joined_at: member?.joined_at,
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: [member],
    channels: own.filter((one) => !('thread_metadata' in one)),
    threads: own.filter((one) => 'thread_metadata' in one && !one.thread_metadata.archived),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
