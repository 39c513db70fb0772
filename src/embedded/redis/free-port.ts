import { once } from 'node:events';
import { createServer } from 'node:net';

/** @returns a loopback port that was free a moment ago; another process may take it first */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string')
    throw new Error('looking for a free port: the system gave none');
  return address.port;
}
