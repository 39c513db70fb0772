import {
  errorCodes,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import { inWords, NotFound, WheelhouseError } from '../core/errors.ts';
import { oneLine } from '../core/one-line.ts';
import { HEADER_LENGTH, readBinary } from './binary.ts';
import { readBody } from './body.ts';
import { type Guard, guardGateway } from './guard.ts';
import { addRoutes, type RouteNeeds } from './model-routes.ts';

interface ServerNeeds extends RouteNeeds {
  /** The first one is also served without its name in the address. */
  environments: readonly [string, ...string[]];
  guard: Guard;
  /** How long a caller may take to send a request. */
  requestMs: number;
  onProblem(problem: WheelhouseError): void;
}

export const MAX_BODY_BYTES = 16_000_000;
const MAX_CONNECTIONS = 4000;
export const REQUEST_MS = 30_000;

/** The routes of the gateway, on a server that does not listen yet. */
export function createRoutes(needs: ServerNeeds): FastifyInstance {
  const { environments, requestMs, onProblem } = needs;
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: 'idle',
    requestTimeout: requestMs,
    connectionTimeout: 2 * requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.min(1000, requestMs) },
    // Before routing: an unreadable or endless address.
    frameworkErrors(error: FastifyError, _request: FastifyRequest, reply: FastifyReply) {
      void reply.code(error.statusCode ?? 400).send({ error: error.message.slice(0, 200) });
    },
  });
  // Beyond this, new connections are closed: those that stall are gone after `requestMs`.
  app.server.maxConnections = MAX_CONNECTIONS;
  guardGateway(app, needs.guard);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parse);
  // The protocol's binary form, and clients that name no type. A page of another site cannot use them: see guard.ts.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    const { [HEADER_LENGTH]: binary, 'content-type': type } = request.headers;
    if (type === undefined || (binary !== undefined && BINARY.test(type)))
      return parse(request, bytes, done);
    done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type));
  });

  addRoutes(app, '', environments[0], needs);
  for (const environment of environments) addRoutes(app, `/${environment}`, environment, needs);

  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `${noRoute(request)} ${addresses(environments)}` }),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = statusOf(error);
    if (status === 500)
      onProblem(
        new WheelhouseError('us', `answering ${request.method} ${request.url}: ${inWords(error)}`, {
          cause: error,
        }),
      );
    return reply
      .code(status)
      .send({ error: unreadable(error, request) ?? oneLine(inWords(error)) });
  });
  return app;
}

const BINARY = /^application\/octet-stream\b/i;

/** Not async: a promise for every request would be a waste. */
function parse(
  { headers }: FastifyRequest,
  bytes: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  const { [HEADER_LENGTH]: binary, 'content-encoding': encoding } = headers;
  let body: unknown;
  try {
    body = binary === undefined ? readBody(bytes, encoding) : readBinary(bytes, binary, encoding);
  } catch (cause) {
    done(cause instanceof Error ? cause : new Error(String(cause)));
    return;
  }
  done(null, body);
}

/** What fastify refuses before our parser reads it, with what to send instead. */
function unreadable({ code }: FastifyError, { headers }: FastifyRequest): string | undefined {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return `the body is larger than ${MAX_BODY_BYTES / 1e6} MB: send fewer rows in a request.`;
  if (code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return undefined;
  const given = headers['content-type'];
  const what = given === undefined ? 'missing' : JSON.stringify(oneLine(given).slice(0, 80));
  return `the content type is ${what}: send a JSON body with "content-type: application/json".`;
}

const POSTED = /\/(?:infer|predictions|labels)$/;

function noRoute({ method, url }: FastifyRequest): string {
  const path = oneLine(url).slice(0, 200);
  return method !== 'POST' && POSTED.test(path.replace(/\?.*$/, ''))
    ? `${path} accepts POST only, and this is ${method}.`
    : `there is no ${method} ${path}.`;
}

function addresses([first, ...others]: readonly [string, ...string[]]): string {
  const infer = 'For predictions, send POST /v2/models/MODEL/infer';
  return others.length === 0
    ? `${infer}.`
    : `${infer} for ${first}, or put the environment in front, as in /${others[0]}/v2/models/MODEL/infer. Environments: ${[first, ...others].join(', ')}.`;
}

function statusOf(error: FastifyError): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof WheelhouseError) return error.blame === 'user' ? 400 : 503;
  return error.statusCode ?? 500;
}
