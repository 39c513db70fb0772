import type { FastifyInstance } from 'fastify';
import { Refused } from '../../core/errors.ts';

/** The port that several adapters share: open while at least one of them is. */
export interface Listener {
  open(adapter: string): Promise<void>;
  close(adapter: string): Promise<void>;
  /** Throws before the first adapter is open. */
  url(): string;
}

export function createListener(app: FastifyInstance, host: string, port: number): Listener {
  const adapters = new Set<string>();
  let opening: Promise<unknown> | undefined;
  let bound: number | undefined;
  return {
    async open(adapter) {
      adapters.add(adapter);
      opening ??= app.listen({ host, port }).catch((error: unknown) => {
        throw inTheWay(error, port);
      });
      await opening;
      const address = app.addresses()[0];
      if (typeof address === 'object') bound = address.port;
    },
    async close(adapter) {
      if (adapters.delete(adapter) && adapters.size === 0) await app.close();
    },
    url() {
      if (bound === undefined)
        throw new Error('the address of the adapters is known once they are open');
      return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    },
  };
}

function inTheWay(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const next = 'Stop it, or choose another with WHEELHOUSE_PORT.';
  if (code === 'EADDRINUSE')
    return new Refused(`Port ${port} is taken by another program.`, { next, cause: error });
  if (code === 'EACCES')
    return new Refused(`Port ${port} may not be opened by this user.`, {
      next: 'Choose one above 1023 with WHEELHOUSE_PORT.',
      cause: error,
    });
  return error;
}
