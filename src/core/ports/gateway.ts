import type { Endpoint } from '../endpoint.ts';

/** The inference gateway, as jobs and commands see it. */
export interface GatewayClient {
  /** What it answers with at the moment; undefined if it does not serve the endpoint or cannot be reached. */
  serving(endpoint: Endpoint): Promise<{ version: number; deployment: string } | undefined>;
  /** Why a deployment that is live in the registry does not answer, as reported by the gateway. */
  problem(
    endpoint: Endpoint,
  ): Promise<{ version: number; deployment: string; error: string } | undefined>;
  /** Base address for callers of an environment. */
  urlOf(environment: string): string;
}
