import { createHmac } from 'node:crypto';
import type { Sink } from './sink.ts';

/** A signed request like Slack's. Creating it costs only the bench. */
export interface Signed {
  body: Buffer;
  headers: Record<string, string | number>;
}

export const SECRET = 'only-for-the-time-of-the-bench';
export const TOKEN = 'xoxb-only-for-the-time-of-the-bench';
/** A conversation with the bot: commands there are answered only by their `response_url`. */
const CHANNEL = 'D0BENCH';

/**
 * Different slash commands that read the registry and are answered only to the caller.
 * https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
 */
export function createRequests(sink: Pick<Sink, 'responseUrl'>) {
  let made = 0;

  function one(): Signed {
    made += 1;
    const n = made;
    const time = Math.floor(Date.now() / 1000);
    const form = new URLSearchParams({
      token: 'unused',
      team_id: 'T0',
      team_domain: 'bench',
      channel_id: CHANNEL,
      channel_name: 'directmessage',
      user_id: n % 3 === 0 ? 'U0LEAD' : 'U0DEV',
      user_name: 'dev',
      command: '/approvals',
      text: 'flights',
      api_app_id: 'A0',
      is_enterprise_install: 'false',
      response_url: sink.responseUrl(n),
      trigger_id: `${10_000_000_000_000 + n}.738474920.8088930838d88f008e0`,
    });
    const body = Buffer.from(form.toString());
    const seal = createHmac('sha256', SECRET).update(`v0:${time}:`).update(body).digest('hex');
    return {
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': body.length,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': String(time),
        'x-slack-signature': `v0=${seal}`,
      },
    };
  }

  return (count: number): Signed[] => Array.from({ length: count }, one);
}
