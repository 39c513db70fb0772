import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { bearerOf, hostnameOf, isDigestOf, isOrigin, LOOPBACK } from '../core/callers.ts';

export interface GuardOptions {
  /** Host names that the gateway accepts, in addition to loopback names and IP addresses. */
  names?: readonly string[];
  /**
   * The digest of the token that everything except health routes requires. The process that runs models does
   * not know the token itself.
   */
  tokenDigest?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without the token. */
    open?: boolean;
  }
}

/** For routes used by health checks, which have no token. */
export const OPEN = { config: { open: true } };

/** Checks every request before its body is read. */
export function guardGateway(
  app: FastifyInstance,
  { names = [], tokenDigest }: GuardOptions,
): void {
  const ours = new Set([...LOOPBACK, ...names.map((name) => name.toLowerCase())]);
  let lastGood = '';
  const isOurs = (host: string) => {
    if (host === lastGood) return true;
    const name = hostnameOf(host);
    // An IP address cannot be redirected, as a name can.
    if (name === undefined || !(ours.has(name) || isIP(name.replace(/^\[|\]$/g, '')) > 0))
      return false;
    lastGood = host;
    return true;
  };

  app.addHook('onRequest', (request, reply, done) => {
    const { host = '', origin, authorization } = request.headers;
    if (!isOurs(host))
      return void reply.code(403).send({
        error:
          'the gateway does not answer to this name. WHEELHOUSE_INFERENCE_HOSTS lists the names it answers to.',
      });
    if (origin !== undefined && !isOrigin(origin, host))
      return void reply
        .code(403)
        .send({ error: 'this request comes from the page of another site.' });
    if (tokenDigest !== undefined && request.routeOptions.config.open !== true) {
      const given = bearerOf(authorization);
      if (given === undefined || !isDigestOf(tokenDigest, given))
        return void reply.code(401).header('www-authenticate', 'Bearer').send({
          error:
            'the token is missing or wrong: send "authorization: Bearer …" with the value of WHEELHOUSE_INFERENCE_TOKEN.',
        });
    }
    done();
  });
}
