import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/** In base64, as Standard Webhooks requires. */
export const SECRET = `whsec_${Buffer.from('a secret of the receiver').toString('base64')}`;

/** A service that checks signatures by the specification, independently of the code that makes them. */
export async function openReceiver() {
  const got: { id: string; state: unknown; at: number }[] = [];
  const forged: string[] = [];
  const receiver = { got, forged, status: 202, hangs: false, report: '', url: '', close };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (receiver.hangs) return;
    const isGenuine = verify(request, body);
    if (!isGenuine) forged.push(String(request.headers['webhook-id']));
    if (!isGenuine || receiver.status >= 300) {
      const location = receiver.status === 307 ? { location: '/elsewhere' } : {};
      response.writeHead(isGenuine ? receiver.status : 401, location).end('no');
      return;
    }
    if (request.method === 'GET') {
      response.writeHead(200).end(receiver.report);
      return;
    }
    const { type, data } = JSON.parse(body);
    const expected = data.stable ? 'endpoint.wanted' : 'endpoint.removed';
    if (type !== expected) throw new Error(`unknown event ${type}`);
    const at = Number(request.headers['webhook-timestamp']);
    got.push({ id: String(request.headers['webhook-id']), state: data, at });
    response.writeHead(receiver.status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  receiver.url = `http://127.0.0.1:${address.port}/hook`;
  return receiver;

  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

function verify({ headers }: IncomingMessage, body: string): boolean {
  const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
