import type { SendHandle } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { getSystemErrorName } from 'node:util';
import { Unreachable } from '../../core/errors.ts';

/** A bound socket that this process never accepts from: children listen on it. */
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
 * Binds. A `net.Server` in this process would accept connections too, and Node's only public API for a socket
 * that only children accept from is node:cluster, which keeps its settings in globals and gives the children
 * our whole environment. Therefore this obtains the socket in the same way as node:cluster. Throws Unreachable
 * if the address is in use.
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
  // An address in use is only reported here: listening would pick another port.
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

/** `ChildProcess.send` accepts this handle, but its types do not include it. */
const isSendable = (value: unknown): value is SendHandle => isTcp(value);

function taken(host: string, port: number, cause: unknown): Unreachable {
  return new Unreachable(`opening the inference gateway on ${host}:${port}.`, {
    next: 'Choose another port, or stop what listens there.',
    cause,
  });
}
