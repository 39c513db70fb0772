import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { DataHooks, IncomingCall } from '../../core/ports/hook-calls.ts';
import { headerFault } from '../../core/signed-message.ts';
import { type RefusedBody, rawBody, takeRawBodies } from './raw-body.ts';
import { read } from './read.ts';

const Params = z.object({ model: z.string() });
const Headers = z.object({
  'webhook-id': z.string().optional(),
  'webhook-timestamp': z.string().optional(),
  'webhook-signature': z.string().optional(),
  'content-type': z.string().optional(),
});

/** `POST /hooks/data/MODEL`: new data, signed as Standard Webhooks has it. Needs no session. */
export function dataHookRoutes(app: FastifyInstance, hooks: DataHooks, now: () => Date): void {
  app.register(async (own) => {
    takeRawBodies(own, (request) => hooks.limit(read(Params, request.params).model));
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
        const body = rawBody(request.body);
        if (!Buffer.isBuffer(body)) return answer(reply.header('connection', 'close'), body);
        const { 'content-type': contentType, ...headers } = read(Headers, request.headers);
        const call: IncomingCall = { headers, contentType, body };
        const received = await hooks.receive(read(Params, request.params).model, call);
        if (received.kind === 'refused') return answer(reply, received);
        const { file, kind } = received;
        return reply.code(202).send({ file, repeated: kind === 'repeated' });
      },
    );
  });
}

function answer(
  reply: FastifyReply,
  { status, words, retryAfterSeconds }: RefusedBody,
): FastifyReply {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return reply.code(status).send({ error: words });
}
