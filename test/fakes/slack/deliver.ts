import { createHmac } from 'node:crypto';
import type { Body } from './json.ts';
import type { Acknowledged, Kind, Sockets } from './socket.ts';

/** Something that Slack sends to the bot. */
export interface Delivery {
  kind: Kind;
  payload: Body;
}

/** The outcome. */
export interface Shown extends Acknowledged {
  /** Of the HTTP answer, in HTTP mode. */
  status?: number;
  /** For `repeat`. */
  delivery: Delivery;
}

/** How it is delivered over HTTP, where a test wants it to be wrong. */
export interface Post {
  retry?: { num: number; reason: string };
  /** The timestamp of the signature. Default: the real time, with which Bolt compares it. */
  signedAt?: Date;
  secret?: string;
  /** Slack hangs up before its time. */
  hangUp?: AbortSignal;
}

interface Courier {
  sockets: Sockets;
  signingSecret: string;
  /** Milliseconds Slack waits for an answer over HTTP. */
  ackWithin: number;
  /** The bot's address in HTTP mode; undefined in Socket Mode. */
  requestUrl: () => string | undefined;
}

/** Delivers in the mode that the bot has chosen. */
export function openCourier({ sockets, signingSecret, ackWithin, requestUrl }: Courier) {
  return async function deliver(delivery: Delivery, how: Post = {}): Promise<Shown> {
    const url = requestUrl();
    if (url === undefined)
      return { ...(await sockets.deliver(delivery.kind, delivery.payload, how.retry)), delivery };

    const { type, text } = written(delivery);
    const { retry, signedAt = new Date(), secret = signingSecret } = how;
    const time = Math.floor(signedAt.getTime() / 1000);
    const seal = createHmac('sha256', secret).update(`v0:${time}:${text}`).digest('hex');
    const headers: Record<string, string> = {
      'content-type': type,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(time),
      'x-slack-signature': `v0=${seal}`,
    };
    if (retry) {
      headers['x-slack-retry-num'] = String(retry.num);
      headers['x-slack-retry-reason'] = retry.reason;
    }
    try {
      const signal = AbortSignal.any([
        AbortSignal.timeout(ackWithin),
        ...(how.hangUp ? [how.hangUp] : []),
      ]);
      const answer = await fetch(url, { method: 'POST', headers, body: text, signal });
      const body = read(await answer.text());
      return { acknowledged: answer.ok, status: answer.status, body, delivery };
    } catch {
      return { acknowledged: false, body: undefined, delivery };
    }
  };
}

export type Deliver = ReturnType<typeof openCourier>;

function written({ kind, payload }: Delivery): { type: string; text: string } {
  if (kind === 'events_api') return { type: 'application/json', text: JSON.stringify(payload) };
  const form = new URLSearchParams();
  if (kind === 'interactive') form.set('payload', JSON.stringify(payload));
  else for (const [key, value] of Object.entries(payload)) form.set(key, String(value));
  return { type: 'application/x-www-form-urlencoded', text: form.toString() };
}

function read(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
