import { z } from 'zod';
import type { Endpoint } from '../core/endpoint.ts';
import type { GatewayClient } from '../core/ports/gateway.ts';

const Live = z.object({ version: z.number(), deployment: z.string() });
const Readiness = z.object({ problem: Live.extend({ error: z.string() }).optional() });

interface ClientOptions {
  /** Base address of the gateway. */
  url: string;
  token?: string | undefined;
  /** The first environment of the configuration, which is also served without its name in the address. */
  first: string;
  /** Base addresses of gateways that serve one environment only, by its name. */
  urls?: Readonly<Record<string, string>>;
  /** What the gateways of a fleet report; default: there is one. */
  behind?: GatewayClient['behind'];
}

/** Asks the gateway over HTTP which version it answers with. */
export function createGatewayClient({
  url,
  token,
  first,
  urls = {},
  behind = async () => [],
}: ClientOptions): GatewayClient {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const ownOf = (name: string) => (Object.hasOwn(urls, name) ? urls[name] : undefined);

  /** By the environment's name, whichever one a gateway serves first. */
  function ask({ model, environment }: Endpoint, what: 'live' | 'ready'): Promise<Response> {
    const base = `${ownOf(environment) ?? url}/${environment}`;
    return fetch(`${base}/v2/models/${encodeURIComponent(model)}/${what}`, {
      headers,
      signal: AbortSignal.timeout(2000),
    });
  }

  return {
    behind,
    urlOf: (environment) =>
      ownOf(environment) ?? (environment === first ? url : `${url}/${environment}`),
    async serving(endpoint) {
      try {
        const answer = await ask(endpoint, 'live');
        return answer.ok ? Live.parse(await answer.json()) : undefined;
      } catch {
        return undefined;
      }
    },
    async problem(endpoint) {
      try {
        // 503 if nothing answers, 200 if an earlier version does: both include the problem.
        const answer = await ask(endpoint, 'ready');
        return Readiness.parse(await answer.json()).problem;
      } catch {
        return undefined;
      }
    },
  };
}
