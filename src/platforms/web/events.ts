import type { FastifyReply } from 'fastify';
import type { Changes } from '../http/changes.ts';
import type { PageEvent } from './api.ts';

export interface Events {
  /** Answers a request with a stream of events. */
  serve(reply: FastifyReply): void;
  hangUp(): void;
}

export interface EventsOptions {
  heartbeatMs?: number;
  /** Bytes that may wait for a slow reader before it is disconnected; it then reconnects and loads what it missed. */
  bufferBytes?: number;
  /** Maximum number of open streams; more are refused. */
  readers?: number;
}

/** Server-sent events: every change is sent to every page. */
export function createEvents(
  changes: Changes<PageEvent>,
  version: string,
  { heartbeatMs = 15_000, bufferBytes = 1024 * 1024, readers = 200 }: EventsOptions = {},
): Events {
  const open = new Set<FastifyReply['raw']>();

  const send = (stream: FastifyReply['raw'], text: string) => {
    stream.write(text);
    if (stream.writableLength > bufferBytes) stream.destroy();
  };
  const sendAll = (text: string) => {
    for (const stream of open) send(stream, text);
  };
  const line = (event: PageEvent) => `data: ${JSON.stringify(event)}\n\n`;

  changes.on((event) => sendAll(line(event)));
  // Proxies close idle connections, and a reader that has left is noticed only by writing to it.
  setInterval(() => sendAll(': still here\n\n'), heartbeatMs).unref();

  return {
    serve(reply) {
      if (open.size >= readers) {
        reply.code(503).send({ error: 'Too many pages are open at once. Close one of them.' });
        return;
      }
      reply.hijack();
      const stream = reply.raw;
      // The guard's headers: a hijacked reply does not send them by itself.
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) stream.setHeader(name, value);
      stream.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      open.add(stream);
      stream.on('close', () => open.delete(stream));
      send(stream, line({ type: 'hello', version }));
    },
    hangUp() {
      for (const stream of open) stream.end();
    },
  };
}
