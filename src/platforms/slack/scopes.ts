/** The app's permissions in Slack, and what does not work without each. Only those that are used. */
export const SCOPES: Readonly<Record<string, string>> = {
  commands: 'slash commands do not reach the bot',
  'app_mentions:read':
    'commands behind a mention do not reach the bot, so there are none in threads',
  'chat:write': 'the bot cannot post or edit messages',
  'reactions:read': 'reactions do not count as votes',
  'reactions:write': 'alerts do not show in the channel list that they are taken or over',
  'im:write': '/subscribe cannot open direct messages',
  'im:history': 'after a crash a direct message may be posted twice',
  'files:write': 'charts stay out of messages; their descriptions are shown',
  'users:read': 'people are shown by their IDs, and other bots cannot be distinguished from people',
  'usergroups:read': 'user groups give no roles',
  'channels:read': 'the bot cannot tell which public channels it is in',
  'groups:read': 'the bot cannot tell which private channels it is in',
  'channels:history':
    'after a crash a message in a public channel may be posted twice, and replies are no reasons for votes',
  'groups:history':
    'after a crash a message in a private channel may be posted twice, and replies are no reasons for votes',
};

/** The events that the bot receives, in addition to commands and buttons. */
export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'message.channels',
  'message.groups',
  'reaction_added',
  'reaction_removed',
  'subteam_members_changed',
  'subteam_updated',
] as const;
