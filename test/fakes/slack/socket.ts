import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { type Body, bodyOf, parseBody, textOf } from './json.ts';
import { APP } from './seed.ts';
import { serial } from './state.ts';

export type Kind = 'slash_commands' | 'interactive' | 'events_api';

export interface Acknowledged {
  acknowledged: boolean;
  /** The content of the acknowledgement. */
  body: unknown;
}

interface Waiting {
  kind: Kind;
  payload: Body;
  attempt: number;
  /** The connection that it was sent over. */
  over?: WebSocket | undefined;
  done(shown: Acknowledged): void;
  timer?: NodeJS.Timeout;
}

/**
 * Slack gives up on an event after the first delivery and three retries. https://docs.slack.dev/apis/events-api#retries
 */
const RETRIES = 3;

export interface SocketOptions {
  /** Milliseconds until an unacknowledged envelope counts as lost: an event is sent again. */
  resendAfter: number;
}

/** The server side of Socket Mode. https://docs.slack.dev/apis/events-api/using-socket-mode */
export function openSockets(server: Server, front: string, { resendAfter }: SocketOptions) {
  const hub = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const connected = new Set<WebSocket>();
  /** Asked to disconnect: nothing more is sent to them. */
  const leaving = new WeakSet<WebSocket>();
  const waiting = new Map<string, Waiting>();
  let turn = 0;
  let opened = 0;

  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', front).searchParams.get('ticket') ?? '';
    // A ticket opens one connection.
    if (!tickets.delete(ticket)) return void socket.destroy();
    hub.handleUpgrade(request, socket, head, welcome);
  });

  function welcome(socket: WebSocket) {
    opened += 1;
    connected.add(socket);
    socket.on('close', () => connected.delete(socket));
    socket.on('error', () => connected.delete(socket));
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      const message = parseBody(text, 'an acknowledgement');
      settle(textOf(message['envelope_id']), {
        acknowledged: true,
        body: message['payload'] ?? {},
      });
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: connected.size,
        debug_info: { host: 'applink-1', approximate_connection_time: 18_060 },
        connection_info: { app_id: APP },
      }),
    );
    // What was unacknowledged on a connection that is lost is sent again on this one.
    for (const [id, one] of [...waiting])
      if (one.over?.readyState !== WebSocket.OPEN) again(id, one, 'connection_lost');
  }

  function settle(id: string, shown: Acknowledged) {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    clearTimeout(one.timer);
    one.done(shown);
  }

  function again(id: string, one: Waiting, reason: string) {
    if (one.kind !== 'events_api' || one.attempt >= RETRIES)
      return settle(id, { acknowledged: false, body: undefined });
    one.attempt += 1;
    send(id, one, { retry_attempt: one.attempt, retry_reason: reason });
  }

  function send(id: string, one: Waiting, more: Body) {
    const live = [...connected].filter(
      (socket) => socket.readyState === WebSocket.OPEN && !leaving.has(socket),
    );
    clearTimeout(one.timer);
    if (live.length > 0) {
      turn += 1;
      one.over = live[turn % live.length];
      one.over?.send(
        JSON.stringify({
          envelope_id: id,
          type: one.kind,
          payload: one.payload,
          accepts_response_payload: one.kind !== 'events_api',
          ...(one.kind === 'events_api' ? more : {}),
        }),
      );
    } else if (one.kind === 'events_api') return; // until somebody connects
    one.timer = setTimeout(() => again(id, one, 'timeout'), live.length > 0 ? resendAfter : 0);
  }

  const some = (which: 'oldest' | 'all') =>
    which === 'all' ? [...connected] : [...connected].slice(0, 1);

  return {
    /** The URL that `apps.connections.open` returns. */
    ticket(): string {
      const ticket = `ticket${serial()}`;
      tickets.add(ticket);
      return `${front.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${APP}`;
    },
    /** Resolves when it is acknowledged, or given up; an event waits for a connection. */
    deliver(kind: Kind, payload: Body, retry = { num: 0, reason: '' }): Promise<Acknowledged> {
      return new Promise((done) => {
        const id = `envelope${serial()}`;
        const one: Waiting = { kind, payload: bodyOf(payload), attempt: retry.num, done };
        waiting.set(id, one);
        send(id, one, { retry_attempt: retry.num, retry_reason: retry.reason });
      });
    },
    /** How many connections are open. */
    count: () => connected.size,
    /** How many were ever opened. */
    opened: () => opened,
    /** Breaks connections without a close frame. */
    drop(which: 'oldest' | 'all' = 'all') {
      for (const socket of some(which)) socket.terminate();
    },
    /** Slack asks for a new connection in place of this one. */
    refresh(reason: 'warning' | 'refresh_requested', which: 'oldest' | 'all' = 'all') {
      for (const socket of some(which)) {
        leaving.add(socket);
        socket.send(
          JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } }),
        );
      }
    },
    async close() {
      for (const id of [...waiting.keys()]) settle(id, { acknowledged: false, body: undefined });
      for (const socket of connected) socket.terminate();
      await new Promise<void>((done) => hub.close(() => done()));
    },
  };
}

export type Sockets = ReturnType<typeof openSockets>;
