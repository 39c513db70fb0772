import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { Unreachable } from './errors.ts';

export interface Asked {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: URL;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Of the connection: a CA, a client certificate. */
  tls?: { ca?: Buffer; cert?: Buffer; key?: Buffer };
  signal: AbortSignal;
  /** `ask` gives up after this time; default: two minutes. Milliseconds. */
  withinMs?: number;
  /** What it is for, for errors: `Starting run-7`. */
  doing: string;
}

export interface Answer {
  status: number;
  text: string;
}

/** Without a byte. */
const PATIENCE_MS = 30_000;
/** For a whole answer: a server that sends a byte now and then must not hold a training for ever. */
const WHOLE_MS = 120_000;
/** Of an API; a log is read by `open`. */
const LONGEST = 16 * 1024 * 1024;

/**
 * Asks an HTTP API. Not `fetch`: Node 20's takes no CA or client certificate for a request, and sends a header that
 * Ray refuses.
 * @throws Unreachable if there was no whole answer; the signal's reason
 */
export async function ask(asked: Asked): Promise<Answer> {
  const { signal, withinMs = WHOLE_MS } = asked;
  const late = AbortSignal.timeout(withinMs);
  try {
    return await read({ ...asked, signal: AbortSignal.any([signal, late]) });
  } catch (cause) {
    signal.throwIfAborted();
    if (!late.aborted) throw cause;
    throw unreachable(asked, new Error(`no whole answer within ${withinMs / 1000} seconds`));
  }
}

async function read(asked: Asked): Promise<Answer> {
  const { status, body } = await open(asked);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > LONGEST) throw unreachable(asked, new Error(`more than ${LONGEST} bytes`));
    chunks.push(chunk);
  }
  return { status, text: Buffer.concat(chunks).toString('utf8') };
}

/** An answer that is read as it comes, or discarded. */
export interface OpenAnswer {
  status: number;
  /** Throws Unreachable if it ends early. */
  body: AsyncIterable<Buffer>;
  discard(): void;
}

/** The same for an answer of any length. */
export async function open(asked: Asked): Promise<OpenAnswer> {
  const { method, url, headers = {}, body, tls, signal } = asked;
  signal.throwIfAborted();
  const request = url.protocol === 'https:' ? overHttps : overHttp;
  // Without a length, Node sends the body of a DELETE in a way that servers take for none.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  try {
    const answer = await new Promise<IncomingMessage>((done, fail) => {
      const sent = request(url, {
        ...{ method, headers: { ...headers, ...length }, signal },
        ...{ timeout: PATIENCE_MS, ...tls },
      });
      sent.once('response', done).once('error', fail);
      sent.once('timeout', () => sent.destroy(new Error('it does not answer')));
      sent.end(body);
    });
    const discard = () => void answer.on('error', () => undefined).destroy();
    return { status: answer.statusCode ?? 0, body: whole(answer, asked), discard };
  } catch (cause) {
    signal.throwIfAborted();
    throw unreachable(asked, cause);
  }
}

async function* whole(answer: IncomingMessage, asked: Asked): AsyncGenerator<Buffer> {
  try {
    yield* answer;
  } catch (cause) {
    asked.signal.throwIfAborted();
    throw unreachable(asked, cause);
  }
}

function unreachable({ doing, url }: Asked, cause: unknown): Unreachable {
  const why = cause instanceof Error ? ('code' in cause ? cause.code : cause.message) : cause;
  return new Unreachable(`${doing}: ${url.host} cannot be reached (${String(why)}).`, { cause });
}
