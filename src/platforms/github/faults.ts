import { RequestError } from '@octokit/request-error';
import { Busy, NotFound, Refused, Unreachable, WheelhouseError } from '../../core/errors.ts';

const MINUTE_MS = 60_000;
/** GitHub's limits begin anew each hour. */
const LONGEST_MS = 60 * MINUTE_MS;

/**
 * Our error for a failed request to GitHub.
 * @param doing the activity, e.g. `answering acme/ml`
 */
export function asFault(error: unknown, doing: string, now: Date): unknown {
  if (error instanceof WheelhouseError) return error;
  if (!(error instanceof RequestError))
    return new Unreachable(`GitHub cannot be reached: ${doing}.`, { cause: error });
  const cause = withoutRequest(error);
  const { status } = error;
  const wait = waitFor(error, now);
  if (status === 429 || (status === 403 && wait !== undefined))
    return new Busy(`GitHub rate limit: ${doing}.`, wait ?? MINUTE_MS, { cause });
  if (status >= 500) return new Unreachable(`GitHub answered ${status}: ${doing}.`, { cause });
  if (status === 404) return new NotFound(`${doing}: GitHub knows nothing of it.`, { cause });
  if (status === 401)
    return new Refused(`${doing}: GitHub rejected the key of the app.`, {
      next: 'Check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.',
      cause,
    });
  if (status === 403) return lacksPermission(doing, error);
  return new WheelhouseError('us', `${doing}: GitHub refused (${status} ${error.message}).`, {
    cause,
  });
}

/** Also if GitHub gives no token with the rights that were asked for. */
export function lacksPermission(doing: string, error: unknown): Refused {
  return new Refused(`${doing}: the app lacks a permission.`, {
    next: 'It needs those of docs/github.md. After a change, accept it in the installation.',
    cause: error instanceof RequestError ? withoutRequest(error) : error,
  });
}

/** The request has the token, and a log shows a cause with all of its fields. */
const withoutRequest = ({ status, message }: RequestError): Error =>
  new Error(`GitHub answered ${status}: ${message}`);

export const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof RequestError && error.status === status;

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function waitFor({ response }: RequestError, now: Date): number | undefined {
  const headers = response?.headers ?? {};
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return Math.min(LONGEST_MS, after * 1000);
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset']) * 1000 - now.getTime();
  return Number.isFinite(reset) ? Math.min(LONGEST_MS, Math.max(1000, reset)) : undefined;
}
