import {
  Client,
  type ClientOptions,
  GatewayIntentBits,
  Options,
  REST,
  type RESTOptions,
} from 'discord.js';
import { Agent } from 'undici';
import type { Settings } from './settings.ts';

/** None of them is privileged, so Discord does not have to approve them. */
export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
] as const;

const TIMEOUT_MS = 10_000;
/** A request that would wait longer than this fails, with the time after which to retry. */
const LONGEST_QUEUE_MS = 5000;
/** Guilds that are unavailable at the moment must not delay the commands of the others. */
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
    // A post that is retried has the same nonce, so it is posted once.
    retries: 1,
    timeout: TIMEOUT_MS,
    // Messages wait in the outbox, separately for each channel, so they must not also wait here;
    // reading reactions takes many requests, which may wait a second.
    rejectOnRateLimit: ({ method, route, retryAfter, timeToReset }) =>
      (method !== 'GET' && route.startsWith('/channels/')) ||
      Math.max(retryAfter, timeToReset) > LONGEST_QUEUE_MS,
  };
}

/** Discord's REST API, with the bot's token. */
export function createRest(settings: Settings): REST {
  return new REST(restOptions(settings)).setToken(settings.token);
}

/**
 * The client of the gateway. It caches no messages: reactions are read from the raw events, which contain everything
 * that is needed, so that reactions to messages from before a restart count too.
 */
export function createClient(settings: Settings, ws: NonNullable<ClientOptions['ws']>): Client {
  return new Client({
    intents: INTENTS,
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0 }),
    waitGuildTimeout: MISSING_GUILDS_MS,
    rest: restOptions(settings),
    ws,
  });
}
