import type { FastifyInstance } from 'fastify';
import { BadInput, inWords, NotFound, Unreachable, WheelhouseError } from '../../core/errors.ts';

/** The log for internal errors, e.g. pino. */
export interface AdapterLog {
  error(fields: object, words: string): void;
}

/** The largest request body. */
export const BODY_KB = 64;

/** Turns every error into a status and one line: `{ error }`. */
export function answerFaults(app: FastifyInstance, log: AdapterLog | undefined): void {
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status === 500) {
      log?.error(
        { err: error, method: request.method, route: request.routeOptions.url },
        'a request went wrong',
      );
      const line =
        'Wheelhouse had an internal error. Try again; if it fails again, its log has the details.';
      return reply.code(500).send({ error: line });
    }
    if (status === 413)
      return reply
        .code(413)
        .send({ error: `This request is larger than ${BODY_KB} kB. Nothing was done.` });
    return reply.code(status).send({ error: inWords(error) });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing at this address.' }),
  );
}

function statusOf(error: unknown): number {
  if (error instanceof BadInput) return 400;
  if (error instanceof NotFound) return 404;
  if (error instanceof Unreachable) return 503;
  if (error instanceof WheelhouseError) return error.blame === 'user' ? 403 : 500;
  // Fastify's own errors, for bodies that it could not read: too large, not JSON, or of another type.
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
