import { Agent, request } from 'node:http';
import type { Signed } from './requests.ts';

/** The number of Slack's connections to an adapter. */
export interface Sender {
  /** Each connection sends the next request as soon as the last is acknowledged. Resolves with requests a second. */
  flood(requests: readonly Signed[]): Promise<number>;
  /** One request per interval, answered or not. Resolves with the milliseconds of each acknowledgement. */
  steady(requests: readonly Signed[], perSecond: number): Promise<number[]>;
  close(): void;
}

const CONNECTIONS = 20;
/** Only bounds how long a lost request takes to show. */
const TIMEOUT_MS = 60_000;

/** Both throw if a request is not acknowledged: a lost request must not count as fast. */
export function openSender(url: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  function send({ body, headers }: Signed): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        { method: 'POST', agent, headers, timeout: TIMEOUT_MS },
        (answer) => {
          if (answer.statusCode !== 200)
            reject(new Error(`a command was answered with ${answer.statusCode}`));
          answer.resume().on('error', reject).on('end', resolve);
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  return {
    async flood(requests) {
      const left = requests.toReversed();
      const began = performance.now();
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          for (let next = left.pop(); next; next = left.pop()) await send(next);
        }),
      );
      return (1000 * requests.length) / (performance.now() - began);
    },
    steady(requests, perSecond) {
      return new Promise((resolve, reject) => {
        const began = performance.now();
        const left = requests.toReversed();
        const underWay: Promise<number>[] = [];
        const timer = setInterval(() => {
          // Late ticks are sent too, and count from when they were due: a stall makes answers late.
          for (;;) {
            const due = began + (1000 * underWay.length) / perSecond;
            if (left.length === 0 || performance.now() < due) break;
            const next = left.pop();
            if (!next) break;
            const one = send(next).then(() => performance.now() - due);
            one.catch(() => {}); // whoever waits for all of them hears of it
            underWay.push(one);
          }
          if (left.length > 0) return;
          clearInterval(timer);
          Promise.all(underWay).then(resolve, reject);
        }, 2);
      });
    },
    close: () => agent.destroy(),
  };
}
