import { type Logger, webApi } from '@slack/bolt';

interface WebOptions {
  token: string;
  apiUrl: string;
  logger: Logger;
  /** Called with every response, e.g. for its date. */
  onAnswer?: (answer: Response) => void;
}

export interface Web {
  /** For calls that can be repeated. */
  client: webApi.WebClient;
  /** For calls that must not be repeated: a message whose response was lost may have been posted. */
  once: webApi.WebClient;
  options: webApi.WebClientOptions;
}

/** Time limit for one call. */
const TIMEOUT_MS = 10_000;

/** Two retries in about two seconds; none if Slack has answered with an error. */
const RETRIES = {
  retries: 2,
  minTimeout: 400,
  factor: 3,
  randomize: true,
  onFailedAttempt(error: unknown) {
    if (error instanceof webApi.WebAPIHTTPError && error.statusCode < 500) throw error;
  },
};

/** Options for the calls of both modes. A 429 is thrown at once: the outbox waits, not the client. */
export function createWeb({ token, apiUrl, logger, onAnswer }: WebOptions): Web {
  const options: webApi.WebClientOptions = {
    slackApiUrl: apiUrl,
    rejectRateLimitedCalls: true,
    retryConfig: RETRIES,
    timeout: TIMEOUT_MS,
    logger,
    ...(onAnswer && {
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        onAnswer(answer);
        return answer;
      },
    }),
  };
  return {
    client: new webApi.WebClient(token, options),
    once: new webApi.WebClient(token, { ...options, retryConfig: { retries: 0 } }),
    options,
  };
}
