import { once } from 'node:events';
import { createServer } from 'node:net';
import { Refused } from '../core/errors.ts';

/** @throws Refused with the name of each variable whose port is in use */
export async function demandFree(
  wanted: readonly { variable: string; host: string; port: number }[],
): Promise<void> {
  const taken: (typeof wanted)[number][] = [];
  for (const one of wanted) if (!(await isFree(one.host, one.port))) taken.push(one);
  if (taken.length === 0) return;
  const ports = taken.map(({ variable, port }) => `${port} (${variable})`).join(' and ');
  const variables = taken.map(({ variable }) => variable).join(' and ');
  throw new Refused(`Another program listens on port ${ports}, so the demo was not started.`, {
    next: `Stop that program, or set ${variables} to a free port.`,
  });
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}
