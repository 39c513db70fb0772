import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

interface BridgeOptions {
  /** Of the bot, e.g. `http://127.0.0.1:4680`. */
  url: string;
  token: string;
  /** Told what went wrong; standard output belongs to the protocol. */
  say(problem: string): void;
}

/** How long an answer is awaited after the client has closed standard input. */
const LAST_ANSWERS_MS = 10_000;

/** Passes the protocol between standard input and output and a bot. Resolves when either side closes. */
export async function bridge({ url, token, say }: BridgeOptions): Promise<void> {
  const near: Transport = new StdioServerTransport();
  const far: Transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  const sent = new Set<Promise<void>>();
  const closed = new Promise<void>((done) => {
    near.onclose = done;
    far.onclose = done;
    // What was asked before is still answered: `echo … | npx wheelhouse mcp claude`.
    process.stdin.once('end', () => {
      setTimeout(done, LAST_ANSWERS_MS).unref();
      void Promise.allSettled(sent).then(() => done());
    });
  });
  const pass = (to: Transport) => (message: Parameters<Transport['send']>[0]) => {
    const sending = to.send(message).catch(async (cause: unknown) => {
      const words = to === far ? problemInWords(cause, url) : String(cause);
      say(words);
      const error = { code: -32000, message: words };
      if (to === far && 'id' in message && 'method' in message)
        await near.send({ jsonrpc: '2.0', id: message.id, error });
    });
    sent.add(sending);
    void sending.finally(() => sent.delete(sending));
  };
  near.onmessage = pass(far);
  far.onmessage = pass(near);
  // That of the far side comes with the rejected `send`.
  near.onerror = (error) => say(error.message);
  await far.start();
  await near.start();
  await closed;
  await Promise.allSettled([near.close(), far.close()]);
}

/** A refusal of the bot, such as a wrong token, in its own words. */
function problemInWords(error: unknown, url: string): string {
  if (!(error instanceof StreamableHTTPError))
    return `Wheelhouse does not answer at ${url}. Is it running?`;
  const said = /"error":("(?:[^"\\]|\\.)*")/.exec(error.message)?.[1];
  return said === undefined ? error.message : String(JSON.parse(said));
}
