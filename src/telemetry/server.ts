import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { bearerOf, hostnameOf, isDigestOf, LOOPBACK } from '../core/callers.ts';
import { inWords, Unreachable } from '../core/errors.ts';
import type { Readiness } from './health.ts';

export interface TelemetryOptions {
  host: string;
  port: number;
  /** Without it a port that is taken is replaced by any free one: nobody chose it. */
  strict: boolean;
  /** What `/metrics` requires as a bearer token; health needs none. */
  tokenDigest?: string | undefined;
  about: Readonly<Record<string, string>>;
  ready(): Promise<Readiness>;
  metrics(): Promise<{ type: string; text: string }>;
}

export interface TelemetryServer {
  address: string;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

const REQUEST_MS = 10_000;
const MAX_CONNECTIONS = 64;

/**
 * Answers `/health/live`, `/health/ready` and `/metrics`, on a port of its own: probes and Prometheus reach a role that
 * listens on nothing else, and nobody who may ask for predictions reaches these.
 * @throws Unreachable if it cannot listen there
 */
export async function openTelemetry(options: TelemetryOptions): Promise<TelemetryServer> {
  const server = createServer((request, response) => {
    answerTo(request, options)
      .catch((error: unknown) => json(500, { error: inWords(error) }))
      .then((answer) => send(response, answer));
  });
  Object.assign(server, { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS });
  server.maxConnections = MAX_CONNECTIONS;
  const { port, family } = await listen(server, options);
  const host = ['0.0.0.0', '::'].includes(options.host) ? '127.0.0.1' : options.host;
  return {
    address: `http://${family === 'IPv6' && host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answerTo(
  { method, url = '', headers }: IncomingMessage,
  { host, tokenDigest, about, ready, metrics }: TelemetryOptions,
): Promise<Answer> {
  if (!isExpected(headers.host, host))
    return json(403, { error: 'this address answers to IP addresses and localhost.' });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'only GET is answered.' });
  switch (url.split('?', 1)[0]) {
    case '/health/live':
      return json(200, { live: true, ...about });
    case '/health/ready': {
      const state = await ready();
      return json(state.ready ? 200 : 503, { ...state, ...about });
    }
    case '/metrics': {
      const given = bearerOf(headers.authorization);
      if (tokenDigest !== undefined && (given === undefined || !isDigestOf(tokenDigest, given)))
        return json(401, {
          error: 'the token is missing or wrong: send that of WHEELHOUSE_METRICS_TOKEN.',
        });
      const { type, text } = await metrics();
      return { status: 200, type, body: text };
    }
    default:
      return json(404, { error: 'there are /health/live, /health/ready and /metrics.' });
  }
}

/** On loopback, a name may be that of a web site that points here: the page of that site would read what we answer. */
function isExpected(given: string | undefined, host: string): boolean {
  if (!LOOPBACK.includes(host)) return true;
  const name = hostnameOf(given ?? '');
  return name !== undefined && (LOOPBACK.includes(name) || isIP(name.replace(/^\[|\]$/g, '')) > 0);
}

const json = (status: number, body: object): Answer => ({
  ...{ status, type: 'application/json; charset=utf-8' },
  body: `${JSON.stringify(body)}\n`,
});

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  });
  response.end(body);
}

async function listen(
  server: Server,
  { host, port, strict }: TelemetryOptions,
): Promise<AddressInfo> {
  const attempt = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await attempt(port).catch((error: unknown) => {
      if (strict) throw error;
      return attempt(0);
    });
  } catch (cause) {
    throw new Unreachable(`Opening metrics and health on ${host}:${port}: ${inWords(cause)}.`, {
      next: 'Choose another WHEELHOUSE_METRICS_PORT, or stop what listens there.',
      cause,
    });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address;
}
