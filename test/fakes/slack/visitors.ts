import { App, LogLevel, webApi } from '@slack/bolt';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../story/eventually.ts';
import type { SlackDouble } from './index.ts';

export const soon = { within: 60_000, every: 20 };

/** The libraries log what the tests provoke. */
const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

export function clientOf({ botToken, apiUrl }: SlackDouble, token = botToken) {
  const retryConfig = { retries: 0 };
  return new webApi.WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig,
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}

export const button = (action_id: string, text: string, value = 'v7') => ({
  type: 'button' as const,
  action_id,
  text: { type: 'plain_text' as const, text },
  value,
});
export const actions = (...elements: ReturnType<typeof button>[]) => ({
  type: 'actions' as const,
  elements,
});
export const section = (text: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text },
});

export const refusal = (error: string) =>
  expect.objectContaining({
    code: webApi.ErrorCode.PlatformError,
    data: expect.objectContaining({ error }),
  });

/** A bot with the real Bolt, in either mode. */
export async function boltOf(double: SlackDouble, mode: 'http' | 'socket') {
  const app = new App({
    token: double.botToken,
    ...(mode === 'socket'
      ? { socketMode: true, appToken: double.appToken }
      : { signingSecret: double.signingSecret }),
    clientOptions: { slackApiUrl: double.apiUrl, retryConfig: { retries: 0 } },
    logger: quiet,
    deferInitialization: true,
  });
  await app.init();
  if (mode === 'socket') {
    await app.start();
    return { app, stop: () => app.stop() };
  }
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const address = 'address' in server ? server.address() : null;
  const port = typeof address === 'object' && address ? address.port : 0;
  double.requestUrl = `http://127.0.0.1:${port}/slack/events`;
  return { app, stop: () => app.stop() };
}

/** A bare Socket Mode client, which acknowledges on demand. */
export async function connect(double: SlackDouble) {
  const { url } = await clientOf(double, double.appToken).apps.connections.open({});
  const socket = new WebSocket(`${url}`);
  const inbox: Record<string, unknown>[] = [];
  socket.addEventListener('message', ({ data }) => inbox.push(JSON.parse(`${data}`)));
  const next = (type: string) =>
    eventually(
      `a message of the type ${type}`,
      async () => {
        const at = inbox.findIndex((one) => one['type'] === type);
        return at < 0 ? undefined : inbox.splice(at, 1)[0];
      },
      soon,
    );
  await next('hello');
  return {
    next,
    close: () => socket.close(),
    acknowledge: ({ envelope_id }: Record<string, unknown>) =>
      socket.send(JSON.stringify({ envelope_id, payload: {} })),
  };
}
