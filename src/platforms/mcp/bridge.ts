import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

interface BridgeOptions {
  /** Of the bot, e.g. `http://127.0.0.1:4680`. */
  url: string;
  token: string;
  /** Told what went wrong; standard output belongs to the protocol. */
  say(problem: string): void;
}

/** Passes the protocol between standard input and output and a bot. Resolves when either side closes. */
export async function bridge({ url, token, say }: BridgeOptions): Promise<void> {
  const near: Transport = new StdioServerTransport();
  const far: Transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  const closed = new Promise<void>((done) => {
    near.onclose = done;
    far.onclose = done;
    process.stdin.once('end', () => done());
  });
  const pass = (to: Transport) => (message: Parameters<Transport['send']>[0]) =>
    void to.send(message).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      if (to === far && 'id' in message && 'method' in message) {
        const words = `Wheelhouse does not answer at ${url}. Is it running?`;
        void near.send({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: words } });
      }
    });
  near.onmessage = pass(far);
  far.onmessage = pass(near);
  for (const side of [near, far]) side.onerror = (error) => say(error.message);
  await far.start();
  await near.start();
  await closed;
  await Promise.allSettled([near.close(), far.close()]);
}
