import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { rawBody, takeRawBodies } from './raw-body.ts';
import { read } from './read.ts';

/** A request from another system, as it came: its signature is over these bytes. */
export interface Delivery {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
}

export interface Receipt {
  status: number;
  /** One line for whoever looks at the sender's log. */
  text: string;
}

/** Checks the signature itself: what it does not recognize is nobody's request. */
type Receiver = (delivery: Delivery) => Promise<Receipt>;

/** Where other systems reach us: `POST /hooks/NAME`. */
export interface Hooks {
  /** Opens an address; returns what closes it. Throws if it is open. */
  open(name: string, receive: Receiver): () => void;
}

export interface OpenHooks extends Hooks {
  find(name: string): Receiver | undefined;
}

export function createHooks(): OpenHooks {
  const open = new Map<string, Receiver>();
  return {
    open(name, receive) {
      if (open.has(name)) throw new Error(`the hook ${name} is open already`);
      open.set(name, receive);
      return () => {
        if (open.get(name) === receive) open.delete(name);
      };
    },
    find: (name) => open.get(name),
  };
}

/** More than any sender that is known here sends. */
const LARGEST = 1024 * 1024;

const Params = z.object({ name: z.string() });

/** The addresses of all hooks. They need no session: receivers check signatures. */
export function hookRoutes(app: FastifyInstance, hooks: Pick<OpenHooks, 'find'>): void {
  app.register(async (scope) => {
    takeRawBodies(scope, () => LARGEST);
    scope.post('/hooks/:name', async (request, reply) => {
      const receive = hooks.find(read(Params, request.params).name);
      if (!receive) return reply.callNotFound();
      const body = rawBody(request.body);
      if (!Buffer.isBuffer(body))
        return reply.header('connection', 'close').code(body.status).send({ error: body.words });
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([key, value]) => [key, [value].flat()[0]]),
      );
      const { status, text } = await receive({ headers, body });
      return reply.code(status).send(status < 300 ? { ok: text } : { error: text });
    });
  });
}
