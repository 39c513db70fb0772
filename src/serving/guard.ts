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

/** Why a request is not answered, and the HTTP status that says so. */
interface Refusal {
  status: 401 | 403;
  error: string;
}

/** @param isOpen it answers without the token */
export type Guard = (
  host: string,
  authorization: string | undefined,
  isOpen: boolean,
) => Refusal | undefined;

/** Who may ask, whichever protocol they use. */
export function createGuard({ names = [], tokenDigest }: GuardOptions): Guard {
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
  return (host, authorization, isOpen) => {
    if (!isOurs(host))
      return {
        status: 403,
        error:
          'the gateway does not answer to this name. WHEELHOUSE_INFERENCE_HOSTS lists the names it answers to.',
      };
    if (tokenDigest === undefined || isOpen) return undefined;
    const given = bearerOf(authorization);
    if (given !== undefined && isDigestOf(tokenDigest, given)) return undefined;
    return {
      status: 401,
      error:
        'the token is missing or wrong: send "authorization: Bearer …" with the value of WHEELHOUSE_INFERENCE_TOKEN.',
    };
  };
}

/** Checks every request before its body is read. */
export function guardGateway(app: FastifyInstance, guard: Guard): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { host = '', origin, authorization } = request.headers;
    const refusal = guard(host, authorization, request.routeOptions.config.open === true);
    if (refusal?.status === 403) return void reply.code(403).send({ error: refusal.error });
    if (origin !== undefined && !isOrigin(origin, host))
      return void reply
        .code(403)
        .send({ error: 'this request comes from the page of another site.' });
    if (refusal)
      return void reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send({ error: refusal.error });
    done();
  });
}
