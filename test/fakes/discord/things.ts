/** Discord's JSON for users, guilds, channels and the like. Absent fields are left out, as its document requires. */

/** All permissions of a bot or a member, as a bit field in decimal digits. */
export const EVERYTHING = '2251799813685247';

const CHANNEL = { text: 0, dm: 1, publicThread: 11, privateThread: 12 } as const;

export function newUser(id: string, name: string, bot: boolean) {
  return {
    id,
    username: name,
    global_name: name,
    discriminator: '0',
    avatar: null,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    ...(bot ? { bot } : {}),
  };
}
export type User = ReturnType<typeof newUser>;

export function newRole(id: string, name: string, position: number, permissions = '0') {
  return {
    id,
    name,
    position,
    permissions,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}
type Role = ReturnType<typeof newRole>;

export function newMember(user: User, roles: string[], joined: string) {
  return {
    user,
    roles,
    joined_at: joined,
    nick: null,
    avatar: null,
    banner: null,
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}
type Member = ReturnType<typeof newMember>;

export function newTextChannel(id: string, guild: string, name: string, position: number) {
  return {
    id,
    type: CHANNEL.text,
    guild_id: guild,
    name,
    position,
    topic: null,
    parent_id: null,
    last_message_id: null,
    nsfw: false,
    rate_limit_per_user: 0,
    permission_overwrites: [],
    flags: 0,
  };
}

export function newThread(
  id: string,
  from: { guild: string; parent: string; owner: string; name: string; stamp: string },
  { isPrivate, archiveMinutes }: { isPrivate: boolean; archiveMinutes: number },
) {
  return {
    id,
    type: isPrivate ? CHANNEL.privateThread : CHANNEL.publicThread,
    guild_id: from.guild,
    parent_id: from.parent,
    owner_id: from.owner,
    name: from.name,
    last_message_id: null,
    rate_limit_per_user: 0,
    flags: 0,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    thread_metadata: {
      archived: false,
      archive_timestamp: from.stamp,
      auto_archive_duration: archiveMinutes,
      locked: false,
      create_timestamp: from.stamp,
    },
  };
}
export type Thread = ReturnType<typeof newThread>;

export function newDirectChannel(id: string, recipient: User) {
  return { id, type: CHANNEL.dm, recipients: [recipient], last_message_id: null, flags: 0 };
}

export type Channel =
  | ReturnType<typeof newTextChannel>
  | Thread
  | ReturnType<typeof newDirectChannel>;

export function isThread(channel: Channel): channel is Thread {
  return 'thread_metadata' in channel;
}

export interface Guild {
  id: string;
  name: string;
  owner: string;
  roles: Map<string, Role>;
  members: Map<string, Member>;
}

export function guildAsJson({ id, name, owner, roles, members }: Guild) {
  return {
    id,
    name,
    owner_id: owner,
    roles: [...roles.values()],
    approximate_member_count: members.size,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}

export function applicationAsJson(id: string, name: string, bot: User, guilds: number) {
  return {
    id,
    name,
    icon: null,
    description: '',
    type: null,
    bot,
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: 0,
    flags_new: '0',
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: bot,
    approximate_guild_count: guilds,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: ['applications.commands', 'bot'],
  };
}
