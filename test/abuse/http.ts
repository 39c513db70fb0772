import { request } from 'node:http';
import { connect } from 'node:net';
import type { Source } from './source.ts';

export interface HttpAnswer {
  status: number;
  text: string;
}

/** One request by node:http, which allows invalid headers that `fetch` refuses. */
export function ask(
  base: string,
  path: string,
  headers: Record<string, string>,
  method: string,
  body: string | Buffer = '',
): Promise<HttpAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    // Node omits it for some methods; the body would then be read as a second request.
    const length = Buffer.byteLength(body);
    const all = length > 0 ? { 'content-length': String(length), ...headers } : headers;
    const sent = request(
      { hostname, port, path, method, headers: all, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
        response.on('error', reject);
      },
    );
    // A server may close the connection on a body that it does not read; its answer may then be lost.
    sent.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
        ? resolve({ status: 400, text: '' })
        : reject(error),
    );
    sent.end(body);
  });
}

const LINES: readonly string[] = [
  'GET / HTTP/9.9',
  'GET  HTTP/1.1',
  'G\0T / HTTP/1.1',
  'POST /v2/models/flights/infer HTTP/1.1\r\ncontent-length: -1',
  'POST /api/say HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked',
  'POST /api/say HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6',
  'POST /v2/models/flights/infer HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff',
  'POST /v2/models/flights/labels HTTP/1.1\r\ncontent-type: application/json\r\nexpect: 100-continue',
  'CONNECT evil.example:443 HTTP/1.1',
  'GET http://evil.example/api/session HTTP/1.1',
  'PRI * HTTP/2.0',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];

/** Bytes of a malformed request; resolves when the connection is closed. */
export function shout(base: string, source: Source): Promise<string> {
  const { hostname, port } = new URL(base);
  const line = source.pick(LINES);
  const bytes = Buffer.concat([
    Buffer.from(
      `${line}\r\nhost: 127.0.0.1\r\n${source.chance(0.3) ? `x: ${'y'.repeat(source.int(1, 40_000))}\r\n` : ''}\r\n`,
      'latin1',
    ),
    source.bytes(source.int(0, 40)),
  ]);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const end = () => {
      socket.destroy();
      resolve(heard);
    };
    // A request that never ends is aborted here; another test shows that the server closes it too.
    socket.setTimeout(150, end);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('end', end);
    socket.on('error', end);
  });
}
