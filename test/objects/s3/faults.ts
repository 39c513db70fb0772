import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request; undefined: it is forwarded. */
type Fault =
  /** An answer in place of the server's. */
  | { answer: number; code: string }
  /** The connection breaks after this many bytes of the request or the answer. */
  | { cutRequest: number }
  | { cutAnswer: number }
  /** The answer has other bytes, of the same length. */
  | 'garble'
  /** The server receives other bytes, of the same length. */
  | 'garbleRequest'
  /** Never answers. */
  | 'hang';

export interface FaultyWay {
  endpoint: string;
  /** Decides about each request from now on. */
  fault(of: (request: IncomingMessage) => Fault | undefined): void;
  /** `PUT /path` of all requests so far. */
  seen: string[];
  close(): Promise<void>;
}

/** A proxy that injects faults. Signatures stay valid: the host name is forwarded unchanged. */
export async function faultyWay(to: string): Promise<FaultyWay> {
  const { hostname, port } = new URL(to);
  let decide: (request: IncomingMessage) => Fault | undefined = () => undefined;
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    const fault = decide(incoming);
    if (fault === 'hang') return;
    if (typeof fault === 'object' && 'answer' in fault) {
      incoming.resume();
      const xml = `<Error><Code>${fault.code}</Code><Message>by the test</Message></Error>`;
      outgoing.writeHead(fault.answer, { 'content-type': 'application/xml' });
      outgoing.end(incoming.method === 'HEAD' ? undefined : xml);
      return;
    }
    pass(incoming, outgoing, { hostname, port }, fault);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault(of) {
      decide = of;
    },
    seen,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  to: { hostname: string; port: string },
  fault: Fault | undefined,
): void {
  const { method, url: path, headers } = incoming;
  const further = request({ ...to, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    through(answer, outgoing, fault, 'cutAnswer', 'garble');
  });
  further.on('error', () => outgoing.destroy());
  through(incoming, further, fault, 'cutRequest', 'garbleRequest');
}

/** Forwards bytes, as far as the fault lets them through. */
function through(
  from: IncomingMessage,
  to: NodeJS.WritableStream & { destroy(): unknown },
  fault: Fault | undefined,
  cut: 'cutRequest' | 'cutAnswer',
  garble: 'garble' | 'garbleRequest',
): void {
  const limits = new Map(typeof fault === 'object' ? Object.entries(fault) : []);
  let left = Number(limits.get(cut) ?? Number.POSITIVE_INFINITY);
  from.on('data', (chunk: Buffer) => {
    const passed = fault === garble ? chunk.map((byte) => byte ^ 1) : chunk;
    to.write(passed.subarray(0, Math.min(left, chunk.length)));
    left -= chunk.length;
    if (left > 0) return;
    from.destroy();
    // What was forwarded arrives before the end.
    setImmediate(() => to.destroy());
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}
