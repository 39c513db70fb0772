import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { Busy, NotFound, Refused, Unreachable, WheelhouseError } from '../../core/errors.ts';

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes */
export const CODE = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMember: 10007,
  unknownMessage: 10008,
  unknownEmoji: 10014,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  tooOldToEditSoOften: 30046,
  tooLarge: 40005,
  alreadyAcknowledged: 40060,
  missingAccess: 50001,
  noDirectMessages: 50007,
  missingPermissions: 50013,
  invalidWebhookToken: 50027,
  invalidForm: 50035,
  archived: 50083,
  hasThread: 160004,
  locked: 160005,
  tooManyThreads: 160006,
} as const;

export const hasCode = (error: unknown, ...codes: number[]): boolean =>
  error instanceof DiscordAPIError && codes.some((code) => error.code === code);

/** Discord no longer accepts the bot's token: it must be replaced. */
export const isTokenRefused = (error: unknown): boolean =>
  (error instanceof DiscordAPIError && error.status === 401) ||
  // discord.js drops a token that was refused once.
  (error instanceof Error && error.message.startsWith('Expected token to be set'));

export const tokenRefused = (cause?: unknown): Refused =>
  new Refused('Discord rejected DISCORD_TOKEN.', {
    next: "Reset the token under Bot on Discord's developer portal, and start again with the new one.",
    cause,
  });

const RIGHTS =
  'there the bot needs View Channel, Send Messages, Send Messages in Threads, Create Public Threads, Attach Files, Add Reactions and Read Message History; "npx wheelhouse invite discord" prints the address that gives them.';

/** By code: the problem, and how to fix it. */
const REFUSALS = new Map<number | string, readonly [string, string]>([
  [
    CODE.missingAccess,
    ['the bot cannot see that channel', `Invite it or give it access: ${RIGHTS}`],
  ],
  [
    CODE.missingPermissions,
    ['the bot lacks a permission', `Grant the missing permission: ${RIGHTS}`],
  ],
  [
    CODE.unknownChannel,
    [
      'there is no such channel',
      'Correct its id in the workspace, or invite the bot to its server.',
    ],
  ],
  [
    CODE.unknownGuild,
    ['there is no such server', 'Correct DISCORD_GUILD_IDS, or invite the bot to that server.'],
  ],
  [
    CODE.noDirectMessages,
    [
      'that person does not accept direct messages from the bot',
      'Allow direct messages from members of the server, or end it with /unsubscribe.',
    ],
  ],
  [CODE.locked, ['the thread is locked', 'Ask someone who manages threads there to unlock it.']],
  [
    CODE.tooManyThreads,
    ['the server has as many threads as Discord allows', 'Close some that are done.'],
  ],
]);

/**
 * Our error for a failed request to Discord; an error that is neither Discord's nor the network's is returned
 * unchanged.
 * @param doing the activity, e.g. `posting in 1234`
 */
export function asFault(error: unknown, doing: string): unknown {
  if (error instanceof WheelhouseError) return error;
  hideToken(error);
  if (isTokenRefused(error)) return tokenRefused(error);
  if (error instanceof RateLimitError)
    return new Busy(
      `Discord rate limit: ${doing}.`,
      Math.ceil(Math.max(error.retryAfter, error.sublimitTimeout, 0)),
      { cause: error },
    );
  if (error instanceof DiscordAPIError) return ofDiscord(error, doing);
  if (error instanceof HTTPError)
    return new Unreachable(`Discord answered ${error.status}: ${doing}.`, { cause: error });
  return isOfTheWay(error)
    ? new Unreachable(`Discord cannot be reached: ${doing}.`, { cause: error })
    : error;
}

function ofDiscord(error: DiscordAPIError, doing: string): WheelhouseError {
  const refusal = REFUSALS.get(error.code);
  if (refusal) return new Refused(`${doing}: ${refusal[0]}.`, { next: refusal[1], cause: error });
  if (error.code === CODE.unknownMessage)
    return new NotFound(`${doing}: the message was deleted.`, { cause: error });
  // Discord limits the edits of messages that are older than an hour.
  if (error.code === CODE.tooOldToEditSoOften)
    return new Unreachable(`${doing}: Discord rate limit.`, { cause: error });
  return new WheelhouseError('us', `${doing}: Discord refused (${error.code} ${error.message}).`, {
    cause: error,
  });
}

/** The address of an answer contains its token, which must not be logged; so does the key of its rate limit. */
export function hideToken(error: unknown): void {
  if (error instanceof RateLimitError)
    error.majorParameter = error.majorParameter.replace(/\/.*/, '/…');
  if (
    error instanceof DiscordAPIError ||
    error instanceof HTTPError ||
    error instanceof RateLimitError
  )
    error.url = error.url.replace(/\/(webhooks|interactions)\/(\d+)\/[^/?]+/, '/$1/$2/…');
}

/** A broken connection, a name that cannot be resolved, or a timeout. */
function isOfTheWay(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || ('code' in error && typeof error.code === 'string');
}
