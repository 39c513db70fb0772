import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { Refusal, refusals } from '../errors.ts';
import type { Upload } from '../files.ts';
import type { Judge } from '../judge.ts';
import { FILE_LIMIT } from '../limits.ts';
import type { World } from '../state.ts';
import type { Rates } from './rates.ts';
import type { Answer, Route } from './route.ts';

/**
 * What goes wrong with a request: too many; a server error; a refusal; or a broken connection. `after`: it took effect,
 * only the answer is lost.
 */
type Trouble =
  | { status: 429; retryAfter: number; global?: boolean }
  | { status: 500 | 502 | 503; after?: boolean }
  | { status: 400 | 401 | 403 | 404; code: number; message: string }
  | { status: 'cut'; after?: boolean };

/** Decides about a request before it is handled. `route` as in Discord's document. */
export type Troublemaker = (method: string, route: string, body: unknown) => Trouble | undefined;

/** Every request received, refused ones included. */
export interface Requested {
  method: string;
  route: string;
  path: string;
  body: unknown;
  /** 0: the connection broke. */
  status: number;
}

export interface SlackContext {
  world: World;
  judge: Judge;
  rates: Rates;
  routes: readonly Route[];
  requests: Requested[];
  trouble: Troublemaker | undefined;
}

const API = '/api/v10';
/** These carry their own token in the path. */
const TOKENLESS = /^\/(webhooks|interactions)\//;

/** Answers one request, for the API or a file. */
export async function serve(
  desk: SlackContext,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const url = new URL(request.url ?? '/', 'http://discord.invalid');
  if (url.pathname.startsWith('/cdn/')) return sendFile(desk.world, url.pathname, response);

  const method = request.method ?? 'GET';
  const path = url.pathname.slice(API.length);
  const found = url.pathname.startsWith(API) ? match(desk.routes, method, path) : undefined;
  const { json, uploads } = await readBody(request);
  const log = { method, route: found?.route.route ?? path, path, body: json, status: 0 };
  desk.requests.push(log);
  const where = `${method} ${log.route}`;

  const trouble = desk.trouble?.(method, log.route, json);
  if (trouble?.status === 'cut' && !trouble.after) return void request.socket.destroy();

  const rate = desk.rates.take(where, path.split('/').slice(0, 3).join('/'));
  const tokenless = TOKENLESS.test(path);
  let answer: Answer & { headers?: Record<string, string> };
  try {
    if (found === undefined) {
      desk.world.fault('route', where, 'the double has no such route');
      throw refusals.noRoute();
    }
    if (!tokenless && request.headers.authorization !== `Bot ${desk.world.token}`)
      throw refusals.unauthorized();
    if (rate.retryAfter !== undefined) answer = tooMuch(rate.retryAfter, rate.global ?? false);
    else if (trouble?.status === 429) answer = tooMuch(trouble.retryAfter, trouble.global ?? false);
    else if (trouble !== undefined && 'code' in trouble)
      throw new Refusal(trouble.status, trouble.code, trouble.message);
    else if (trouble !== undefined && trouble.status !== 'cut' && !trouble.after)
      answer = { status: trouble.status };
    else {
      const body = { where, body: json, uploads };
      answer = run(desk, found.route, { ...body, query: url.searchParams, at: found.at });
    }
  } catch (error) {
    if (!(error instanceof Refusal)) {
      desk.world.fault('route', where, `the double broke: ${error}`);
      throw error;
    }
    answer = { status: error.status, body: error.body };
  }
  if (found !== undefined && answer.status < 500) judgeAnswer(desk, method, log.route, answer);
  if (trouble?.status === 'cut') return void request.socket.destroy();
  if (trouble !== undefined && 'after' in trouble) answer = { status: trouble.status };
  log.status = answer.status;
  send(response, answer, tokenless ? {} : rate.headers);
}

function run(
  desk: SlackContext,
  { method, route, answer }: Route,
  asked: Parameters<Route['answer']>[0],
) {
  const wrong = desk.judge.request(method, route, asked.body);
  for (const what of wrong) desk.world.fault('request', asked.where, what);
  for (const { filename, bytes } of asked.uploads)
    if (bytes.length > FILE_LIMIT) {
      desk.world.fault('limit', asked.where, `${filename} is larger than 10 MiB`);
      throw refusals.tooLarge();
    }
  if (wrong.length > 0)
    throw refusals.invalidForm(
      wrong.map((message) => ({ path: 'body', code: 'BASE_TYPE_BAD', message })),
    );
  return answer(asked);
}

function judgeAnswer(
  { judge, world }: SlackContext,
  method: string,
  route: string,
  answer: Answer,
) {
  // The document has numbers for the codes of single fields, where Discord answers with words.
  const plain = z.looseObject({ errors: z.unknown() }).safeParse(answer.body);
  const body =
    answer.status >= 400 && plain.success ? { ...plain.data, errors: undefined } : answer.body;
  const sent = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  for (const what of judge.answer(method, route, answer.status, sent))
    world.fault('answer', `${method} ${route}`, what);
}

function tooMuch(seconds: number, global: boolean) {
  const message = 'You are being rate limited.';
  return {
    status: 429,
    body: { message, retry_after: seconds, global, code: 0 },
    headers: {
      'retry-after': String(Math.max(seconds, 0.001)),
      'x-ratelimit-scope': global ? 'global' : 'user',
      ...(global ? { 'x-ratelimit-global': 'true' } : {}),
    },
  };
}

function send(
  response: ServerResponse,
  { status, body, headers }: Answer & { headers?: Record<string, string> },
  rates: Record<string, string>,
): void {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...rates, ...headers, ...type });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sendFile(world: World, pathname: string, response: ServerResponse): void {
  const file = world.files.get(pathname.slice('/cdn'.length));
  response.writeHead(file ? 200 : 404, file ? { 'content-type': file.type } : {});
  response.end(file?.bytes);
}

function match(routes: readonly Route[], method: string, path: string) {
  const parts = path.split('/');
  const fits = (route: Route) => {
    const own = route.route.split('/');
    return (
      own.length === parts.length &&
      own.every(
        (part, index) => part.startsWith('{') || part === decodeURIComponent(parts[index] ?? ''),
      )
    );
  };
  // `@me` and `@original` come before the patterns that would match them too.
  const route = routes
    .filter((one) => one.method === method && fits(one))
    .toSorted((a, b) => a.route.split('{').length - b.route.split('{').length)[0];
  if (route === undefined) return undefined;
  const at = (name: string) =>
    decodeURIComponent(parts[route.route.split('/').indexOf(`{${name}}`)] ?? '');
  return { route, at };
}

async function readBody(request: IncomingMessage): Promise<{ json: unknown; uploads: Upload[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return { json: undefined, uploads: [] };
  if (!type.startsWith('multipart/form-data'))
    return { json: JSON.parse(bytes.toString()), uploads: [] };
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const uploads: Upload[] = [];
  for (const [key, value] of form) {
    const index = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (index === undefined || typeof value === 'string') continue;
    uploads.push({ index, filename: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  const payload = form.get('payload_json');
  return { json: typeof payload === 'string' ? JSON.parse(payload) : {}, uploads };
}
