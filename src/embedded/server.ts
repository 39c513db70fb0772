import { type AddressInfo, createServer, type Socket } from 'node:net';
import { runCommand } from './commands/index.ts';
import { Cursors } from './cursors.ts';
import { failure } from './errors.ts';
import type { Store } from './store.ts';
import type { Doc } from './values.ts';
import { encodeReply, type Message, MessageReader } from './wire.ts';

type Server = { port: number; close(): Promise<void> };

/** Serves a store on this machine only. @param port 0 for any free one */
export async function serve(store: Store, port: number): Promise<Server> {
  const cursors = new Cursors();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // a client that went away is no news
    attend(socket, (message) => answer(message, { store, cursors }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: isInternet(address) ? address.port : port,
    close: async () => {
      server.close();
      await store.settled().catch(() => {});
      // What is on the disk now is being answered: those replies go first.
      await new Promise((resolve) => setImmediate(resolve));
      for (const socket of sockets) socket.end();
      for (const socket of sockets) socket.destroySoon();
    },
  };
}

function isInternet(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function attend(socket: Socket, reply: (message: Message) => Promise<Buffer>): void {
  const reader = new MessageReader();
  let last = Promise.resolve();
  socket.on('data', (chunk) => {
    try {
      for (const message of reader.push(Buffer.from(chunk))) {
        const bytes = reply(message);
        // Replies leave in the order of their requests.
        last = last.then(async () => {
          const ready = await bytes;
          if (!message.quiet && socket.writable) socket.write(ready);
        });
      }
    } catch (error) {
      console.error(`a client sent ${String(error)}: closing its connection`);
      socket.destroy();
    }
  });
}

async function answer(message: Message, context: { store: Store; cursors: Cursors }) {
  const reply = attempt(message, context);
  try {
    // Also for reads: no reply tells of a state that a crash could still take back.
    await context.store.settled();
    return encodeReply(message, reply);
  } catch (error) {
    return encodeReply(message, failure(error));
  }
}

function attempt({ command }: Message, context: { store: Store; cursors: Cursors }): Doc {
  try {
    return runCommand(command, context);
  } catch (error) {
    return failure(error);
  }
}
