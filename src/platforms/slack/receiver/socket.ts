import { type Logger, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import { z } from 'zod';
import { inWords, Refused, Unreachable, WheelhouseError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { withoutSecrets } from '../bolt-log.ts';
import { asked } from '../faults.ts';
import { within } from '../patience.ts';
import type { Gate } from './gate.ts';

interface SocketOptions {
  appToken: string;
  clientOptions: webApi.WebClientOptions;
  logger: Logger;
  gate: Gate;
  /** The connection is open again; events may have been lost in between. */
  onReconnect: () => void;
  /** Slack rejects us permanently, e.g. because the token was revoked. */
  onHopeless: (error: Error) => void;
  log: Log;
}

const Envelope = z.object({
  body: z.record(z.string(), z.unknown()),
  retry_num: z.number().optional(),
});

const LONGEST_WAIT_MS = 30_000;
const GOODBYE_MS = 3000;
/** A connection that lasts for so long has delivered what was sent before. */
const ARRIVED_MS = 1000;

/**
 * Socket Mode. Only the client of Bolt's receiver is used: the receiver acknowledges events before they are stored,
 * waits five seconds before it reconnects, and without a network it gives up with an unhandled rejection.
 */
export function createSocketReceiver(options: SocketOptions): Receiver {
  const { appToken, clientOptions, logger, gate, onReconnect, onHopeless, log } = options;
  const inner = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
  });
  const { client } = inner;
  const stopping = new AbortController();

  client.on('slack_event', (envelope: { ack: (payload?: unknown) => Promise<void> }) => {
    const { data } = Envelope.safeParse(envelope);
    if (!data) return;
    let acknowledged = (_sent: number | undefined) => {};
    const sent = new Promise<number | undefined>((resolve) => {
      acknowledged = resolve;
    });
    gate
      .listen(data.body, { retryNum: data.retry_num || undefined, sent })
      .then((payload) => envelope.ack(payload))
      .then(async () => acknowledged(await arrived(performance.now())))
      // Without an acknowledgement Slack delivers it again.
      .catch((error: unknown) =>
        log.warn({ why: withoutSecrets(inWords(error)) }, 'an event of Slack is not acknowledged'),
      )
      .finally(() => acknowledged(undefined));
  });

  let lost = 0;
  client.on('disconnected', () => {
    lost += 1;
  });
  /** What was sent right before the connection broke may be lost: then the person was told that it failed. */
  async function arrived(sent: number): Promise<number | undefined> {
    const before = lost;
    await paused(ARRIVED_MS, stopping.signal);
    return lost === before && !stopping.signal.aborted ? sent : undefined;
  }

  const gone = () => new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
  /** If the socket closes before Slack's hello, the client rejects with undefined. */
  const connect = () =>
    asked('connecting to Slack', client.start()).catch((cause: unknown) => {
      if (cause instanceof WheelhouseError) throw cause;
      throw new Unreachable('connecting to Slack: the socket closed before it was ready.', {
        cause,
      });
    });

  async function stayConnected(): Promise<void> {
    for (let lost = gone(); ; lost = gone()) {
      await lost;
      for (
        let wait = 0;
        !stopping.signal.aborted;
        wait = Math.min(LONGEST_WAIT_MS, wait * 2 + 500)
      ) {
        await paused(wait, stopping.signal);
        if (stopping.signal.aborted) return;
        try {
          await connect();
          break;
        } catch (error) {
          if (error instanceof Refused) return onHopeless(error);
          log.warn(
            { why: withoutSecrets(inWords(error)) },
            'Slack cannot be reached; trying again',
          );
        }
      }
      if (stopping.signal.aborted) return;
      onReconnect();
    }
  }

  return {
    init: gate.init,
    async start() {
      await connect();
      stayConnected().catch((err: unknown) => log.error({ err }, 'the connection to Slack broke'));
    },
    async stop() {
      await gate.shut();
      stopping.abort();
      await within(GOODBYE_MS, client.disconnect());
    },
  };
}

function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0 || signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
