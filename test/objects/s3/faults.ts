import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request; undefined: it is passed on. */
type Fault =
  /** An answer instead of the server's. */
  | { answer: number; code: string }
  /** The connection breaks after so many bytes of the request, or of the answer. */
  | { cutRequest: number }
  | { cutAnswer: number }
  /** The answer's bytes are other ones, as many. */
  | 'garble'
  /** The server gets other bytes, as many. */
  | 'garbleRequest'
  /** Never answers. */
  | 'hang';

export interface FaultyWay {
  endpoint: string;
  /** Decides about each request from now on. */
  fault(of: (request: IncomingMessage) => Fault | undefined): void;
  /** `PUT /path`, of all requests so far. */
  seen: string[];
  close(): Promise<void>;
}

/** A way to a server on which things go wrong. The signature stays valid: the host name is passed on as it was. */
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

/** Passes bytes on, as far as the fault lets them. */
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
    // What was passed on arrives before the end does.
    setImmediate(() => to.destroy());
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}
