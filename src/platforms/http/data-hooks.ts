import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { DataHooks, IncomingCall, Received } from '../../core/ports/hook-calls.ts';
import { headerFault } from '../../core/signed-message.ts';
import { read } from './read.ts';

/** A body that comes slower takes a place from others. */
const READ_MS = 15_000;
/** Bodies that are read at a time: whoever sends them has not proved anything yet. */
const MOST_AT_ONCE = 16;

const Params = z.object({ model: z.string() });
const Headers = z.object({
  'webhook-id': z.string().optional(),
  'webhook-timestamp': z.string().optional(),
  'webhook-signature': z.string().optional(),
  'content-type': z.string().optional(),
});

type Refused = Pick<
  Extract<Received, { kind: 'refused' }>,
  'status' | 'words' | 'retryAfterSeconds'
>;

/** `POST /hooks/data/MODEL`: new data, signed as Standard Webhooks has it. Needs no session. */
export function dataHookRoutes(app: FastifyInstance, hooks: DataHooks, now: () => Date): void {
  let reading = 0;

  /** As it came: what is signed is its bytes. */
  async function bodyOf(payload: IncomingMessage, limit: number): Promise<Buffer | Refused> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of payload) {
      length += chunk.length;
      if (length > limit)
        return { status: 413, words: `It is larger than ${limit / 1024} kB. Nothing was stored.` };
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  app.register(async (own) => {
    own.removeAllContentTypeParsers();
    own.addContentTypeParser(
      '*',
      async (request: { params: unknown }, payload: IncomingMessage) => {
        if (reading >= MOST_AT_ONCE)
          return { status: 503, words: 'Too many calls at once.', retryAfterSeconds: 1 };
        reading += 1;
        const late = setTimeout(() => payload.destroy(), READ_MS);
        try {
          return await bodyOf(payload, hooks.limit(read(Params, request.params).model));
        } finally {
          clearTimeout(late);
          reading -= 1;
        }
      },
    );
    own.post(
      '/hooks/data/:model',
      {
        // Before anything of the body is read.
        onRequest: async (request, reply) => {
          const fault = headerFault(read(Headers, request.headers), now());
          if (fault !== undefined)
            return answer(reply, { status: 401, words: `${fault} Nothing was stored.` });
        },
      },
      async (request, reply) => {
        const { body } = request;
        if (!(body instanceof Buffer) && body !== undefined && body !== null) {
          const { success, data } = RefusedBody.safeParse(body);
          if (success) return answer(reply.header('connection', 'close'), data);
        }
        const { 'content-type': contentType, ...headers } = read(Headers, request.headers);
        const bytes = body instanceof Buffer ? body : Buffer.alloc(0);
        const call: IncomingCall = { headers, contentType, body: bytes };
        const received = await hooks.receive(read(Params, request.params).model, call);
        if (received.kind === 'refused') return answer(reply, received);
        const { file, kind } = received;
        return reply.code(202).send({ file, repeated: kind === 'repeated' });
      },
    );
  });
}

const RefusedBody = z.object({
  status: z.number(),
  words: z.string(),
  retryAfterSeconds: z.number().exactOptional(),
});

function answer(reply: FastifyReply, { status, words, retryAfterSeconds }: Refused): FastifyReply {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return reply.code(status).send({ error: words });
}
