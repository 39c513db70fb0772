import { type Logger, webApi } from '@slack/bolt';

interface WebOptions {
  token: string;
  apiUrl: string;
  logger: Logger;
  /** Sees every answer, e.g. its date. */
  onAnswer?: (answer: Response) => void;
}

export interface Web {
  /** For calls that may be made twice. */
  client: webApi.WebClient;
  /** For what must not be there twice: a message whose answer was lost may have been posted. */
  once: webApi.WebClient;
  options: webApi.WebClientOptions;
}

/** How long Slack may take over one call. */
const TIMEOUT_MS = 10_000;

/** Two more tries in about two seconds; none where Slack has understood and says no. */
const RETRIES = {
  retries: 2,
  minTimeout: 400,
  factor: 3,
  randomize: true,
  onFailedAttempt(error: unknown) {
    if (error instanceof webApi.WebAPIHTTPError && error.statusCode < 500) throw error;
  },
};

/** One set of options for the calls of both modes. A 429 is thrown at once: the out tray waits, not the client. */
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
