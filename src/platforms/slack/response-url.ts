import { Buffer } from 'node:buffer';
import type { Clock } from '../../core/clock.ts';
import { kept } from './kept.ts';
import type { Message } from './render/message.ts';

/** Whether the caller can see it. */
export type Respond = (to: { url: string; at: number }, message: Message) => Promise<boolean>;

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const USES = 5;
/** Thirty minutes, minus the time that a request to Slack may take. */
const LIFE_MS = 29 * 60_000;
const TIMEOUT_MS = 5000;

/** Answers by the `response_url` of an interaction, which also works where the bot is not a member. */
export function createRespond(apiUrl: string, clock: Clock): Respond {
  const used = kept<number>(5000);
  // The URL is not trusted: a person may have changed it, and an answer is sent to it.
  const trusted = (url: string) =>
    ['https://hooks.slack.com', 'https://hooks.slack-gov.com', new URL(apiUrl).origin].includes(
      URL.canParse(url) ? new URL(url).origin : '',
    );

  async function tell(url: string, body: object): Promise<boolean> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(JSON.stringify(body)),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  }

  return async ({ url, at }, message) => {
    const uses = used.get(url) ?? 0;
    if (!trusted(url) || uses >= USES || clock.now().getTime() - at > LIFE_MS) return false;
    used.set(url, uses + 1);
    const body = { response_type: 'ephemeral', replace_original: false, ...message };
    return tell(url, body).catch(() => false);
  };
}
