import { z } from 'zod';
import type { GatewayClient } from '../core/ports/gateway.ts';

const Live = z.object({ version: z.number(), deployment: z.string() });
const Readiness = z.object({ problem: Live.extend({ error: z.string() }).optional() });

/** Asks the gateway over HTTP what it answers with. */
export function createGatewayClient(url: string, token?: string): GatewayClient {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    url,
    async serving(model) {
      try {
        const answer = await fetch(`${url}/v2/models/${encodeURIComponent(model)}/live`, {
          headers,
          signal: AbortSignal.timeout(2000),
        });
        return answer.ok ? Live.parse(await answer.json()) : undefined;
      } catch {
        return undefined;
      }
    },
    async problem(model) {
      try {
        // 503 where nothing answers, 200 where an earlier version does: the problem stands in both.
        const answer = await fetch(`${url}/v2/models/${encodeURIComponent(model)}/ready`, {
          headers,
          signal: AbortSignal.timeout(2000),
        });
        return Readiness.parse(await answer.json()).problem;
      } catch {
        return undefined;
      }
    },
  };
}
