import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { ask } from '../../src/core/http.ts';

describe('core/http', () => {
  let server: Server;
  let url: URL;
  beforeAll(async () => {
    // Sends a byte now and then, and never ends.
    server = createServer((_, response) => {
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    url = new URL(`http://127.0.0.1:${port}/`);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('gives up on an answer that never ends', async () => {
    const { signal } = new AbortController();
    const asked = { method: 'GET', url, signal, doing: 'Looking at the job run-1' } as const;
    const said = `Looking at the job run-1: ${url.host} cannot be reached (no whole answer within 0.2 seconds).`;
    await expect(ask({ ...asked, withinMs: 200 })).rejects.toThrow(new Unreachable(said));
  });

  it('passes on the reason of its signal', async () => {
    const asked = { method: 'GET', url, doing: 'Looking at the job run-1' } as const;
    const reason = new Error('cancelled');
    const signal = AbortSignal.timeout(50);
    const cancel = new AbortController();
    signal.addEventListener('abort', () => cancel.abort(reason));
    await expect(ask({ ...asked, signal: cancel.signal })).rejects.toBe(reason);
  });
});
