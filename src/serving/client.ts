import { z } from 'zod';
import type { Gateway } from '../core/ports/gateway.ts';

const Live = z.object({ version: z.number(), deployment: z.string() });

/** Asks the gateway over HTTP what it answers with. */
export function createGatewayClient(url: string): Gateway {
  return {
    url,
    async serving(model) {
      try {
        const answer = await fetch(`${url}/v2/models/${encodeURIComponent(model)}/live`, {
          signal: AbortSignal.timeout(2000),
        });
        return answer.ok ? Live.parse(await answer.json()) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
