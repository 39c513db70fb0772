import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { guildCreate, intentFor, OP, PRIVILEGED, SHAPES } from './events.ts';
import type { Judge } from './judge.ts';
import type { World } from './state.ts';
import { applicationAsJson } from './things.ts';

const Frame = z.object({ op: z.number(), d: z.unknown() });
const Identify = z.object({
  token: z.string(),
  intents: z.number(),
  properties: z.looseObject({ os: z.string() }),
});
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });

interface Session {
  id: string;
  intents: number;
  sent: { s: number; t: string; d: unknown }[];
  socket: WebSocket | undefined;
}

export interface GatewayOptions {
  /** Milliseconds between two heartbeats. Discord's: about 41 seconds. */
  heartbeat: number;
  /** Bit field of the application's privileged intents. */
  privileged: number;
  /** Identifies allowed per day, and how many are left at the start. */
  budget: { total: number; remaining: number };
}

export class Gateway {
  readonly #world: World;
  readonly #judge: Judge;
  readonly #options: GatewayOptions;
  readonly #server: WebSocketServer;
  readonly #sessions = new Map<string, Session>();
  readonly #sentAway = new WeakSet<WebSocket>();
  /** `ws://…` */
  url = '';
  /** False: heartbeats are not acknowledged from now on. */
  acknowledges = true;
  /** How often bots did that. */
  readonly counts = { connects: 0, identifies: 0, resumes: 0, heartbeats: 0 };

  constructor(world: World, judge: Judge, http: Server, options: GatewayOptions) {
    this.#world = world;
    this.#judge = judge;
    this.#options = options;
    this.#server = new WebSocketServer({ server: http });
    this.#server.on('connection', (socket, request) => this.#greet(socket, request.url ?? '/'));
    world.dispatch = (event, data) => this.dispatch(event, data);
  }

  /** What GET /gateway/bot answers. */
  describe() {
    const { total, remaining } = this.#options.budget;
    return {
      url: this.url,
      shards: 1,
      session_start_limit: {
        total,
        remaining: Math.max(0, remaining - this.counts.identifies),
        reset_after: 24 * 60 * 60 * 1000,
        max_concurrency: 1,
      },
    };
  }

  /** Sends to every session with the intent; disconnected ones get it on RESUME. */
  dispatch(event: string, data: Record<string, unknown>): void {
    this.#look(event, data);
    const needed = intentFor(event, data);
    for (const session of this.#sessions.values())
      if (needed === 0 || (session.intents & needed) !== 0) this.#tell(session, event, data);
  }

  /** Whether a bot is connected and identified. */
  get attended(): boolean {
    return [...this.#sessions.values()].some(({ socket }) => socket !== undefined);
  }

  /** Closes every connection with `code`; without one, as if the network failed. */
  drop(code?: number): void {
    for (const socket of this.#server.clients) {
      this.#sentAway.add(socket);
      if (code === undefined) socket.terminate();
      else socket.close(code);
    }
  }

  /** Op 7: asks all clients to reconnect and resume. */
  reconnect(): void {
    for (const socket of this.#server.clients) transmit(socket, { op: OP.reconnect, d: null });
  }

  /** Op 9. Not resumable: the sessions are gone. */
  invalidate(resumable: boolean): void {
    if (!resumable) this.#sessions.clear();
    for (const socket of this.#server.clients) transmit(socket, { op: OP.invalid, d: resumable });
  }

  /** A client that resumes is told that its session does not exist. */
  forget(): void {
    this.#sessions.clear();
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #greet(socket: WebSocket, path: string): void {
    this.counts.connects += 1;
    const { searchParams } = new URL(path, 'ws://discord.invalid');
    if (searchParams.get('v') !== '10') {
      socket.close(4012);
      return;
    }
    let session: Session | undefined;
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      if (session?.socket !== socket) return;
      session.socket = undefined;
      // A client that closed normally cannot resume; one that was disconnected can.
      const goodbye = (code === 1000 || code === 1001) && !this.#sentAway.has(socket);
      if (goodbye) this.#sessions.delete(session.id);
    });
    socket.on('message', (data) => {
      const frame = Frame.safeParse(parse(String(data)));
      if (!frame.success) return socket.close(4002);
      const { op, d } = frame.data;
      if (op === OP.heartbeat) {
        this.counts.heartbeats += 1;
        if (this.acknowledges) transmit(socket, { op: OP.ack, d: null });
      } else if (op === OP.identify) {
        if (session !== undefined) return socket.close(4005);
        session = this.#identify(socket, d);
      } else if (op === OP.resume) {
        session = this.#resume(socket, d);
      } else if (session === undefined) socket.close(4003);
      else if (op !== OP.presence) {
        this.#world.fault('gateway', `op ${op}`, 'the double does not know this opcode');
        socket.close(4001);
      }
    });
    transmit(socket, { op: OP.hello, d: { heartbeat_interval: this.#options.heartbeat } });
  }

  #identify(socket: WebSocket, data: unknown): Session | undefined {
    this.counts.identifies += 1;
    const identify = Identify.safeParse(data);
    const refuse = (code: number) => {
      socket.close(code);
      return undefined;
    };
    if (!identify.success) return refuse(4002);
    const { token, intents } = identify.data;
    if (token !== this.#world.token) return refuse(4004);
    if (intents < 0 || intents >= 1 << 26) return refuse(4013);
    if ((intents & PRIVILEGED & ~this.#options.privileged) !== 0) return refuse(4014);

    const id = this.#world.nextId();
    const session: Session = { id, intents, sent: [], socket };
    this.#sessions.set(id, session);
    const { bot, guilds, applicationId, applicationName } = this.#world;
    const { flags } = applicationAsJson(applicationId, applicationName, bot, guilds.size);
    const ready = {
      v: 10,
      user: { ...bot, mfa_enabled: true, locale: 'en-US', verified: true, email: null },
      guilds: [...guilds.keys()].map((guild) => ({ id: guild, unavailable: true })),
      session_id: id,
      resume_gateway_url: this.url,
      shard: [0, 1],
      application: { id: applicationId, flags },
    };
    this.#look('READY', ready);
    this.#tell(session, 'READY', ready);
    if ((intents & 1) === 0) return session;
    for (const guild of guilds.values()) {
      const data = guildCreate(this.#world, guild);
      this.#look('GUILD_CREATE', data);
      this.#tell(session, 'GUILD_CREATE', data);
    }
    return session;
  }

  #resume(socket: WebSocket, data: unknown): Session | undefined {
    this.counts.resumes += 1;
    const resume = Resume.safeParse(data);
    const session = this.#sessions.get(resume.data?.session_id ?? '');
    if (!resume.success || session === undefined || resume.data.token !== this.#world.token) {
      transmit(socket, { op: OP.invalid, d: false });
      return undefined;
    }
    const { seq } = resume.data;
    if (seq > session.sent.length) {
      socket.close(4007);
      return undefined;
    }
    session.socket = socket;
    for (const { s, t, d } of session.sent.slice(seq))
      transmit(socket, { op: OP.dispatch, s, t, d });
    this.#tell(session, 'RESUMED', {});
    return session;
  }

  #tell(session: Session, t: string, d: unknown): void {
    // A snapshot: a later replay must show the state of now.
    const kept = { s: session.sent.length + 1, t, d: structuredClone(d) };
    session.sent.push(kept);
    if (session.socket !== undefined) transmit(session.socket, { op: OP.dispatch, ...kept });
  }

  #look(event: string, data: Record<string, unknown>): void {
    for (const [field, component] of Object.entries(SHAPES[event] ?? {})) {
      const value = field === '' ? data : data[field];
      if (value === undefined) continue;
      const sent = JSON.parse(JSON.stringify(value));
      for (const what of this.#judge.component(component, sent))
        this.#world.fault('dispatch', `${event} ${field}`.trim(), what);
    }
  }
}

function transmit(socket: WebSocket, frame: Record<string, unknown>): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
