import type { SendHandle } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { getSystemErrorName } from 'node:util';
import { Unreachable } from '../../core/errors.ts';

/** A socket that is bound and that nobody of this process accepts from: it is for children to listen on. */
export interface BoundSocket {
  handle: SendHandle;
  /** `http://host:port` */
  address: string;
  close(): void;
}

interface TcpHandle {
  getsockname(into: { address?: string; port?: number }): number;
  close(): void;
}

/**
 * Binds. A `net.Server` of this process would accept beside its children, and Node has no public way
 * to a socket that only its children accept from but node:cluster, which keeps its settings in globals
 * and gives the children all of our environment. So this asks for the socket as node:cluster does.
 * Throws Unreachable where the address is taken.
 */
export async function bindSocket(host: string, port: number): Promise<BoundSocket> {
  const { address, family } = await lookup(host).catch((cause: unknown) => {
    throw taken(host, port, cause);
  });
  const handle: unknown = createServerHandle()(address, port, family, undefined, 0);
  if (typeof handle === 'number') throw taken(host, port, new Error(getSystemErrorName(handle)));
  if (!isTcp(handle) || !isSendable(handle))
    throw new Error(`this Node (${process.version}) gives no socket to share`);
  const bound: { address?: string; port?: number } = {};
  const failed = handle.getsockname(bound);
  // That an address is in use shows only here: listening would take some other port.
  if (failed || !bound.port || (port !== 0 && bound.port !== port)) {
    handle.close();
    throw taken(host, port, new Error('EADDRINUSE'));
  }
  const name = family === 6 ? `[${address}]` : address;
  return {
    handle,
    address: `http://${name}:${bound.port}`,
    close: () => handle.close(),
  };
}

type CreateServerHandle = (
  address: string,
  port: number,
  family: number,
  fd: undefined,
  flags: number,
) => unknown;

function createServerHandle(): CreateServerHandle {
  const found: unknown = Reflect.get(net, '_createServerHandle');
  if (isCreate(found)) return found;
  throw new Error(`this Node (${process.version}) shares no sockets with children`);
}

const isCreate = (value: unknown): value is CreateServerHandle => typeof value === 'function';

const isTcp = (value: unknown): value is TcpHandle =>
  typeof value === 'object' && value !== null && 'getsockname' in value && 'close' in value;

/** `ChildProcess.send` takes such a handle, of which the types do not know. */
const isSendable = (value: unknown): value is SendHandle => isTcp(value);

function taken(host: string, port: number, cause: unknown): Unreachable {
  return new Unreachable(`opening the inference gateway on ${host}:${port}.`, {
    next: 'Choose another port, or stop what listens there.',
    cause,
  });
}
