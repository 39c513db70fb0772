import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections: one of those would
 * be gone by the time a program listens on it, whenever the machine is busy.
 */
const [FROM, TO] = [12_000, 32_000];
const ATTEMPTS = 50;

/** @returns a loopback port that was free a moment ago; another process may take it first */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FROM, TO);
    if (await isFree(port)) return port;
  }
  throw new Error(`looking for a free port: none of ${ATTEMPTS} from ${FROM} to ${TO} was free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
