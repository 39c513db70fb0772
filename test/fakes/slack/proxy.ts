import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Body, bodyOf, parseBody, textOf } from './json.ts';
import { BOT_TOKEN } from './seed.ts';
import type { State, Trouble } from './state.ts';

/** What the front adapter passes on to the rest of the double. */
export interface Behind {
  state: State;
  answer(method: string, body: Body, token: string): Promise<Body>;
  respond(id: string, body: Body): Promise<{ status: number; body: Body }>;
  trouble(method: string, body: Body): Trouble | undefined;
}

/** Listens on a free loopback port; `serve` handles requests once it is set. */
export async function openFront() {
  let behind: Behind | undefined;
  const opened = performance.now();
  const server = createServer((request, response) => {
    if (!behind) return void response.writeHead(503).end();
    handle(behind, request, response, performance.now() - opened).catch((error: unknown) => {
      // The bot sees a 500; the test sees the cause.
      behind?.state.faults.push(`the double itself: ${String(error)}`);
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the double has no port');
  return {
    server,
    url: `http://127.0.0.1:${address.port}`,
    serve(what: Behind) {
      behind = what;
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  behind: Behind,
  request: IncomingMessage,
  response: ServerResponse,
  at: number,
): Promise<void> {
  const { state } = behind;
  const url = new URL(request.url ?? '/', state.front);
  const raw = await bytesOf(request);
  const token = tokenOf(request);
  const [, room = '', name = ''] = url.pathname.split('/');
  response.setHeader('date', state.clock.now().toUTCString());
  if (room === 'api') {
    const body = read(request, raw, url);
    return await call(behind, { method: name, body, at }, token || textOf(body['token']), response);
  }
  if (room === 'response') {
    const answered = await behind.respond(name, read(request, raw, url));
    return send(response, answered.status, answered.body);
  }
  await pass(state, request, raw, url, token, response);
}

async function call(
  { state, answer, trouble }: Behind,
  made: { method: string; body: Body; at: number },
  token: string,
  response: ServerResponse,
): Promise<void> {
  const { method, body } = made;
  const record: State['calls'][number] = made;
  state.calls.push(record);
  const planned = trouble(method, body);
  if (planned && 'error' in planned) {
    const { error, messages, errors } = planned;
    record.answer = {
      ok: false,
      error,
      ...(errors && { errors }),
      ...(messages && { response_metadata: { messages } }),
    };
    return send(response, 200, record.answer);
  }
  if (planned && 'retryAfter' in planned) {
    response.setHeader('retry-after', planned.retryAfter);
    return send(response, 429, { ok: false, error: 'ratelimited' });
  }
  if (!planned || planned.after) {
    const answered = await answer(method, body, token);
    if (!planned) {
      record.answer = answered;
      response.setHeader('x-oauth-scopes', state.scopes.join(','));
      return send(response, 200, answered);
    }
  }
  if ('cut' in planned) response.destroy();
  else response.writeHead(planned.status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>');
}

/** Uploads and downloads pass through unchanged. */
async function pass(
  state: State,
  request: IncomingMessage,
  raw: Uint8Array<ArrayBuffer>,
  url: URL,
  token: string,
  response: ServerResponse,
) {
  const headers = new Headers();
  const type = request.headers['content-type'];
  if (type) headers.set('content-type', type);
  if (token === BOT_TOKEN) headers.set('authorization', `Bearer ${state.upstream.asBot()}`);
  // Without access to a file, Slack answers with its sign-in page and status 200.
  else if (request.method !== 'POST')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
  const answer = await fetch(`${state.upstream.url}${url.pathname}${url.search}`, {
    method: request.method ?? 'GET',
    headers,
    ...(request.method === 'POST' ? { body: raw } : {}),
  });
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/octet-stream',
  });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

function send(response: ServerResponse, status: number, body: Body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

const tokenOf = (request: IncomingMessage) =>
  (request.headers.authorization ?? '').replace(/^Bearer\s+/i, '').trim();

/** Form fields that hold JSON, and those that hold a boolean. */
const JSON_FIELDS = ['blocks', 'attachments', 'metadata', 'view', 'message', 'files'];
const YES_OR_NO =
  /^(unfurl_|include_|inclusive|link_names|mrkdwn|reply_broadcast|exclude_|as_user)/;

function read(request: IncomingMessage, raw: Uint8Array, url: URL): Body {
  const text = Buffer.from(raw).toString('utf8');
  if ((request.headers['content-type'] ?? '').includes('application/json'))
    return parseBody(text, url.pathname);
  const body: Body = {};
  for (const [key, value] of [...url.searchParams, ...new URLSearchParams(text)]) {
    if (JSON_FIELDS.includes(key)) body[key] = bodyOf({ it: JSON.parse(value) })['it'];
    else if (YES_OR_NO.test(key)) body[key] = value === 'true' || value === '1';
    else body[key] = value;
  }
  return body;
}
