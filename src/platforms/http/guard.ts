import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hostnameOf, isOrigin, LOOPBACK } from '../../core/callers.ts';
import type { Pass } from './token.ts';

const HEADERS = {
  'content-security-policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The port on which a request arrived. */
export const portOf = (request: FastifyRequest): number => request.socket.localPort ?? 0;

/**
 * Checks for every request, including those for the page. The host name must be one of ours: otherwise any web site
 * could let its own name resolve to this machine and read the answers. A page of another origin must not make
 * requests on behalf of a visitor.
 */
export function guardEverything(app: FastifyInstance, publicUrl: URL | undefined): void {
  const names = publicUrl ? [...LOOPBACK, publicUrl.hostname] : LOOPBACK;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const host = request.headers.host ?? '';
    const name = hostnameOf(host);
    if (name === undefined || !names.includes(name))
      return refuse(
        reply,
        403,
        `Wheelhouse does not answer to this name. Open it as http://127.0.0.1:${portOf(request)}.`,
      );
    const { origin } = request.headers;
    if (origin !== undefined && !isOrigin(origin, host))
      return refuse(reply, 403, 'This request comes from the page of another site.');
  });
}

/** Requires the session for every route of this part of the server. */
export function guardSession(app: FastifyInstance, pass: Pass): void {
  app.addHook('onRequest', async (request, reply) => {
    if (pass.admits(request.headers, portOf(request))) return;
    return refuse(
      reply,
      401,
      'The session token is missing or wrong. Open the address that Wheelhouse printed when it started.',
    );
  });
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}
