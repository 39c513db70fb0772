/** The workspace before the bot comes. */
export interface Workspace {
  /** People by their handles. */
  users: readonly string[];
  /** Channels by name; `bot` in `members` is the bot. Default: a private one is one with `private`. */
  channels: Readonly<Record<string, { members: readonly string[]; private?: boolean }>>;
  /** Members of user groups by the handle of the group. */
  groups?: Readonly<Record<string, readonly string[]>>;
  /** The scopes of the bot's token; other calls get `missing_scope`. */
  scopes?: readonly string[];
}

/** Fixed, so that tests may contain them. */
export const TEAM = 'T000000001';
export const APP = 'A0WHEELHOUSE';
const BOT = 'B0WHEELHOUSE';
export const BOT_USER = 'U0WHEELHOUSE';
export const BOT_NAME = 'wheelhouse';

export const BOT_TOKEN = 'xoxb-wheelhouse';
export const APP_TOKEN = 'xapp-wheelhouse';
/** The bot with every scope, for calls of the double itself. */
export const INSIDE = 'xoxb-inside';
/** Sees every channel, because the emulator seeds all users into them. */
export const OBSERVER = 'xoxp-observer';
const OBSERVER_ID = 'U000000001';

export const userToken = (name: string) => `xoxp-${name}`;

export const EVERYDAY_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:read',
  'reactions:write',
  'usergroups:read',
  'users:read',
] as const;

/** After 5000 calls the emulator answers a token with 403, so the bot uses several. */
const GUISES = 20;
export const CALLS_PER_GUISE = 4000;
export const guise = (n: number) => `${BOT_TOKEN}~${n % GUISES}`;

export function seedOf({ users, channels, scopes = EVERYDAY_SCOPES }: Workspace) {
  const asBot = {
    user_id: BOT_USER,
    type: 'bot',
    app_id: APP,
    bot_id: BOT,
    bot_user_id: BOT_USER,
    client_id: 'wheelhouse',
  };
  return {
    slack: {
      strict_scopes: true,
      team: { name: 'Dockyard', domain: 'dockyard' },
      users: users.map((name) => ({ name, real_name: name, email: `${name}@example.com` })),
      channels: Object.entries(channels).map(([name, channel]) => ({
        name,
        is_private: channel.private ?? false,
      })),
      oauth_apps: [
        {
          client_id: 'wheelhouse',
          client_secret: 'unused',
          app_id: APP,
          name: 'Wheelhouse',
          bot_id: BOT,
          bot_user_id: BOT_USER,
          bot_name: BOT_NAME,
          redirect_uris: [],
          scopes: [...scopes],
        },
      ],
      tokens: [
        ...Array.from({ length: GUISES }, (_, n) => ({
          token: guise(n),
          scopes: [...scopes],
          ...asBot,
        })),
        // Without `scopes` a token may do everything.
        { token: INSIDE, ...asBot },
        { token: OBSERVER, user_id: OBSERVER_ID },
        ...users.map((name) => ({ token: userToken(name), user: name })),
      ],
    },
  };
}
