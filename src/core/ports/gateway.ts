import type { Endpoint } from '../endpoint.ts';

/** The inference gateway, as jobs and commands see it. */
export interface GatewayClient {
  /** What it answers with right now; undefined where it does not serve the endpoint or cannot be reached. */
  serving(endpoint: Endpoint): Promise<{ version: number; deployment: string } | undefined>;
  /** Why a deployment that the registry calls live does not answer, in the gateway's words. */
  problem(
    endpoint: Endpoint,
  ): Promise<{ version: number; deployment: string; error: string } | undefined>;
  /** Base address to which callers of an environment send their rows. */
  urlOf(environment: string): string;
}
