import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** A body that comes slower takes a place from others. */
const READ_MS = 15_000;
/** Bodies that are read at a time, at one kind of address: whoever sends them has not proved anything yet. */
const MOST_AT_ONCE = 16;

const Refused = z.object({
  status: z.number(),
  words: z.string(),
  retryAfterSeconds: z.number().exactOptional(),
});
/** Why a body was not read to its end. */
export type RefusedBody = z.output<typeof Refused>;

/**
 * Lets the routes of this part of the server have bodies as they came: a signature is over their bytes.
 * @param limitOf the largest body, in bytes
 */
export function takeRawBodies(
  app: FastifyInstance,
  limitOf: (request: Pick<FastifyRequest, 'params'>) => number,
): void {
  let reading = 0;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    async (
      request: Pick<FastifyRequest, 'params'>,
      payload: IncomingMessage,
    ): Promise<Buffer | RefusedBody> => {
      if (reading >= MOST_AT_ONCE)
        return { status: 503, words: 'Too many calls at once.', retryAfterSeconds: 1 };
      reading += 1;
      const late = setTimeout(() => payload.destroy(), READ_MS);
      try {
        return await bytesOf(payload, limitOf(request));
      } finally {
        clearTimeout(late);
        reading -= 1;
      }
    },
  );
}

/** The body of a request at such a route; empty if it has none. */
export function rawBody(body: unknown): Buffer | RefusedBody {
  if (Buffer.isBuffer(body)) return body;
  const { success, data } = Refused.safeParse(body);
  return success ? data : Buffer.alloc(0);
}

async function bytesOf(payload: IncomingMessage, limit: number): Promise<Buffer | RefusedBody> {
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
