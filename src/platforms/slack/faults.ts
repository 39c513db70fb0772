import { webApi } from '@slack/bolt';
import { Busy, NotFound, Refused, Unreachable, WheelhouseError } from '../../core/errors.ts';

/** Slack's error code, e.g. `not_in_channel`; undefined if the error is not a response from Slack. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

/** Waits for a call of the Web API; `activity` as in "posting in C0123". Throws our own errors. */
export async function asked<T>(activity: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw inOurWords(error, activity);
  }
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors and the errors of similar methods. */
export function inOurWords(error: unknown, activity: string): unknown {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return busy(activity, error.retryAfter * 1000, error);
  if (error instanceof webApi.WebAPIHTTPError)
    return unreachable(activity, `status ${error.statusCode}`, error);
  if (error instanceof webApi.WebAPIRequestError)
    return unreachable(activity, causeOf(error.original), error);
  if (!(error instanceof webApi.WebAPIPlatformError)) return error;
  return refusedBySlack(error, activity);
}

function refusedBySlack(error: webApi.WebAPIPlatformError, activity: string): WheelhouseError {
  const { error: code, response_metadata: about } = error.data;
  const because = { cause: error };
  switch (code) {
    case 'ratelimited':
    case 'rate_limited':
      return busy(activity, (about?.retryAfter ?? 30) * 1000, error);
    case 'not_in_channel':
      return new Refused(`${activity}: the bot is not in that channel.`, {
        next: 'Invite it there with /invite and its name.',
        ...because,
      });
    case 'channel_not_found':
      return new Refused(`${activity}: Slack shows the bot no such channel.`, {
        next: 'If it is a private one, invite the bot with /invite and its name; otherwise correct the ID in the configuration.',
        ...because,
      });
    case 'is_archived':
      return new Refused(`${activity}: that channel is archived.`, {
        next: 'Unarchive it in Slack, or use another one in the configuration.',
        ...because,
      });
    case 'missing_scope':
      return new Refused(`${activity}: the app lacks the permission ${neededBy(error)}.`, {
        next: 'Paste the manifest from "npx wheelhouse manifest slack" again and reinstall the app.',
        ...because,
      });
    case 'message_not_found':
    case 'cant_update_message':
    case 'edit_window_closed':
    case 'thread_not_found':
      return new NotFound(
        `${activity}: that message was deleted, or can no longer be changed (${code}).`,
        because,
      );
  }
  if (TOKEN.includes(code))
    return new Refused(`${activity}: Slack no longer accepts the token (${code}).`, {
      next: 'Install the app again, and put the new tokens into SLACK_BOT_TOKEN and SLACK_APP_TOKEN.',
      ...because,
    });
  if (code.startsWith('restricted_action') || FORBIDDEN.includes(code))
    return new Refused(`${activity}: the workspace does not allow it (${code}).`, {
      next: 'Ask an admin of the Slack workspace to let the bot post there.',
      ...because,
    });
  if (THEIRS.includes(code)) return unreachable(activity, code, error);
  return new WheelhouseError('us', `${activity}: Slack refused it with ${code}.`, because);
}

const TOKEN = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'app_not_installed',
];
const FORBIDDEN = [
  'user_not_in_channel',
  'team_access_not_granted',
  'access_denied',
  'no_permission',
  'ekm_access_denied',
];
const THEIRS = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
];

function busy(activity: string, ms: number, cause: unknown): Busy {
  return new Busy(`${activity}: Slack applies a rate limit, for ${Math.ceil(ms / 1000)} s.`, ms, {
    cause,
  });
}

function unreachable(activity: string, why: string, cause: unknown): Unreachable {
  return new Unreachable(`${activity}: Slack cannot be reached (${why}).`, {
    next: 'It is retried; https://slack-status.com shows whether Slack is down.',
    cause,
  });
}

function neededBy(error: webApi.WebAPIPlatformError): string {
  const needed = 'needed' in error.data ? error.data.needed : undefined;
  return typeof needed === 'string' ? needed : 'for it';
}

/** The message `fetch failed` is useless; its cause has the reason. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
