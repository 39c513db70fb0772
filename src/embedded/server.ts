import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Command, command } from './commands/command.ts';
import { indexes } from './commands/indexes.ts';
import { reads } from './commands/reads.ts';
import { writes } from './commands/writes.ts';
import { replyTo, unsupported } from './errors.ts';
import { type Verifier, verifierOf } from './scram.ts';
import { Session } from './session.ts';
import type { Store } from './store.ts';
import type { Doc } from './values.ts';
import { encode, messages } from './wire.ts';

interface Adapter {
  /** 0 picks a free port. */
  port: number;
  /** Without it a client can only send greetings. */
  password: string;
}

/** Serves a store on this machine only. @returns the port */
export async function serve(store: Store, { port, password }: Adapter): Promise<number> {
  const verifier = verifierOf(password);
  const server = createServer({ noDelay: true }, (socket) => {
    attend(socket, store, verifier).catch((error: unknown) => {
      // A client that disconnected is not an error.
      if (!socket.destroyed) console.error(`closing a connection: ${String(error)}`);
      socket.destroy();
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

async function attend(socket: Socket, store: Store, verifier: Verifier): Promise<void> {
  const session = new Session(verifier);
  for await (const message of messages(socket, () => session.isKnown)) {
    const reply = run(message.command, store, session);
    // For reads as well: no reply shows a state that a crash could still undo.
    socket.write(encode(message, await store.settled().then(() => reply, replyTo)));
  }
}

/** Drivers announce what they support. Size limits that are not stated are ours. */
const greeting: Doc = {
  isWritablePrimary: true,
  ismaster: true,
  helloOk: true,
  minWireVersion: 0,
  // Reported as MongoDB 7.0. Without logicalSessionTimeoutMinutes drivers send neither sessions nor retries.
  maxWireVersion: 21,
};
const nothing = command({}, () => ({}));

const own = { ping: nothing, endSessions: nothing };
const commands = new Map<string, Command>(
  Object.entries({ ...own, ...reads, ...writes, ...indexes }),
);

/** Commands that concern only the connection. */
const greetings = new Map<string, (request: Doc, session: Session) => Doc>([
  ['hello', (request, session) => ({ ...greeting, ...session.greet(request) })],
  ['ismaster', (request, session) => ({ ...greeting, ...session.greet(request) })],
  ['saslStart', (request, session) => session.start(request)],
  ['saslContinue', (request, session) => session.proceed(request)],
]);

/** Runs a command in memory, synchronously: hence each is atomic. @returns its reply */
function run(request: Doc, store: Store, session: Session): Doc {
  const name = Object.keys(request)[0] ?? '';
  try {
    session.demand(name);
    const greet = greetings.get(name);
    if (greet) return { ...greet(request, session), ok: 1 };
    const known = commands.get(name);
    if (!known) throw unsupported(`command ${name}`);
    return { ...known(request, store), ok: 1 };
  } catch (error) {
    return replyTo(error);
  }
}
