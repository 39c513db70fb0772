import { setTimeout as pause } from 'node:timers/promises';
import {
  type Client,
  type ClientOptions,
  Events,
  GatewayCloseCodes,
  type Interaction,
  type REST,
} from 'discord.js';
import { WheelhouseError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { createIdentifyGate } from './budget.ts';
import { createClient } from './client.ts';
import { isTokenRefused, tokenRefused } from './faults.ts';
import type { Settings } from './settings.ts';
import { outliveUnreadable } from './unreadable.ts';

/** If Discord is unreachable, the other adapters open without it, and this one keeps retrying. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 120_000;

interface GatewayParts {
  settings: Settings;
  rest: REST;
  log: Log;
  /** Connected or reconnected: events may have been lost. */
  onConnected: () => void;
  onInteraction: (interaction: Interaction) => void;
  onPacket: (packet: unknown) => void;
  identifyDistanceMs?: number;
}

/** The connection to Discord. It is resumed when lost, and ends on errors that waiting does not fix. */
export function createGateway(parts: GatewayParts) {
  const { settings, rest, log, identifyDistanceMs } = parts;
  const stopping = new AbortController();
  let client: Client | undefined;
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const gate = createIdentifyGate({
    rest,
    log,
    onLongWait: () => settle?.resolve(),
    ...(identifyDistanceMs !== undefined && { distanceMs: identifyDistanceMs }),
  });

  function listen(die: (error: Error) => void): Client {
    const throttled: NonNullable<ClientOptions['ws']> = { buildIdentifyThrottler: () => gate };
    const one = createClient(settings, throttled);
    one.on(Events.ShardReady, () => {
      log.info({}, 'Discord: connected');
      settle?.resolve();
      parts.onConnected();
    });
    one.on(Events.ShardResume, (_shard, replayed) => {
      log.info({ replayed }, 'Discord: connected again, nothing is lost');
      parts.onConnected();
    });
    one.on(Events.ShardReconnecting, () =>
      log.warn({}, 'Discord: the connection is being renewed'),
    );
    one.on(Events.ShardError, (err) => log.warn({ err }, 'Discord: the connection has a fault'));
    one.on(Events.ShardDisconnect, ({ code }) => die(endOf(code)));
    one.on(Events.Error, (err) => log.error({ err }, 'Discord: an event could not be read'));
    // discord.js reports these two only here.
    one.on(Events.Debug, (message) => {
      if (message.includes('Reason: Invalid session'))
        log.warn({}, 'Discord: the session is over, a new one is begun');
      if (message.includes('Reason: Zombie connection'))
        log.warn({}, 'Discord: heartbeats are not answered, so the connection is made anew');
    });
    outliveUnreadable(one, (err, event) =>
      log.warn({ err, event }, 'Discord: an event could not be read; it was left out'),
    );
    one.on(Events.InteractionCreate, parts.onInteraction);
    one.on('raw', (packet: unknown) => parts.onPacket(packet));
    return one;
  }

  /** Waits for a session. Returns early if stopped; throws errors that waiting does not fix. */
  async function connect(die: (error: Error) => void): Promise<void> {
    for (let wait = RETRY_MS; ; wait = Math.min(2 * wait, LONGEST_RETRY_MS)) {
      try {
        await gate.reserve(stopping.signal);
        client = listen(die);
        await client.login(settings.token);
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (isRefusedAtLogin(error)) throw tokenRefused(error);
        log.warn({ err: error, wait }, 'Discord cannot be reached; it is tried again');
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  return {
    /**
     * Resolves once connected, or after a while without a connection, and then keeps retrying. Rejects if
     * retrying is useless; later errors of this kind are passed to `fatal`.
     */
    async open(fatal: (error: Error) => void): Promise<void> {
      const opened = new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
      const patience = setTimeout(() => settle?.resolve(), PATIENCE_MS);
      let ended = false;
      const die = (error: Error) => {
        if (ended || stopping.signal.aborted) return;
        ended = true;
        if (settle) settle.reject(error);
        else fatal(error);
      };
      connect(die).catch(die);
      try {
        await opened;
      } finally {
        settle = undefined;
        clearTimeout(patience);
      }
    },
    async close(): Promise<void> {
      stopping.abort();
      settle?.resolve();
      await client?.destroy();
    },
  };
}

function isRefusedAtLogin(error: unknown): boolean {
  return (
    isTokenRefused(error) ||
    (error instanceof Error && 'code' in error && error.code === 'TokenInvalid')
  );
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
function endOf(code: number): WheelhouseError {
  if (code === GatewayCloseCodes.AuthenticationFailed) return tokenRefused();
  const [what, next] = ENDS[code] ?? ['will not have us back', 'Update Wheelhouse.'];
  return new WheelhouseError('us', `Discord ended the connection for good (${code}): it ${what}.`, {
    next,
  });
}

const SHARDS =
  'This bot is in more servers than one connection carries: leave some, e.g. with one bot per team.';
const ENDS: Readonly<Record<number, readonly [string, string]>> = {
  [GatewayCloseCodes.InvalidShard]: ['does not take this share of the servers', SHARDS],
  [GatewayCloseCodes.ShardingRequired]: ['requires sharding', SHARDS],
  [GatewayCloseCodes.InvalidAPIVersion]: [
    'does not speak version 10 of its API any more',
    'Update Wheelhouse.',
  ],
  [GatewayCloseCodes.InvalidIntents]: ['does not know an intent we ask for', 'Update Wheelhouse.'],
  [GatewayCloseCodes.DisallowedIntents]: [
    'does not allow an intent we ask for, though none is privileged',
    "Look at the bot's page on Discord's developer portal: it may be limited or under review.",
  ],
};
