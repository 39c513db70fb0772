import { Client, type ClientOptions, GatewayIntentBits, REST, type RESTOptions } from 'discord.js';
import { Agent } from 'undici';
import type { Settings } from './settings.ts';

/** None of them is privileged, so nobody has to ask Discord for them. */
export const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions] as const;

const TIMEOUT_MS = 10_000;
/** Longer than this nobody waits in line: whoever asked hears how long, and comes again. */
const LONGEST_QUEUE_MS = 5000;
/** Guilds that Discord has lost for now must not hold back the commands of the others. */
const MISSING_GUILDS_MS = 1000;

/**
 * Of the same release of undici as discord.js: Slack's library brings a newer one, which makes its agent that of the
 * whole process when it is loaded first, and that agent does not take the form in which discord.js sends files.
 */
const agent = new Agent();

function restOptions({ api }: Settings): Partial<RESTOptions> {
  return {
    agent,
    api,
    version: '10',
    // A post that is tried again carries its nonce, so it stands there once.
    retries: 1,
    timeout: TIMEOUT_MS,
    // Messages wait at the courier, each channel by itself, so they must not wait here unseen;
    // a reading of reactions is many requests in a row, and waits its second.
    rejectOnRateLimit: ({ method, route, retryAfter, timeToReset }) =>
      (method !== 'GET' && route.startsWith('/channels/')) ||
      Math.max(retryAfter, timeToReset) > LONGEST_QUEUE_MS,
  };
}

/** Discord's REST interface with the bot's own token. */
export function createRest(settings: Settings): REST {
  return new REST(restOptions(settings)).setToken(settings.token);
}

/**
 * The ear at the gateway. It keeps no messages: reactions are read from the raw events, which name
 * all that is needed, so that one on a message from before a restart counts as well.
 */
export function createClient(settings: Settings, ws: NonNullable<ClientOptions['ws']>): Client {
  return new Client({
    intents: INTENTS,
    allowedMentions: { parse: [] },
    waitGuildTimeout: MISSING_GUILDS_MS,
    rest: restOptions(settings),
    ws,
  });
}
