import type { Endpoint } from '../endpoint.ts';

/** One of several gateways that answers with another version, or nothing. */
export interface Straggler {
  name: string;
  version: number | undefined;
  /** Why, if it says so. */
  why?: string;
}

/** The inference gateway, as jobs and commands see it. */
export interface GatewayClient {
  /** What it answers with at the moment; undefined if it does not serve the endpoint or cannot be reached. */
  serving(endpoint: Endpoint): Promise<{ version: number; deployment: string } | undefined>;
  /** Why a deployment that is live in the registry does not answer, as reported by the gateway. */
  problem(
    endpoint: Endpoint,
  ): Promise<{ version: number; deployment: string; error: string } | undefined>;
  /**
   * Gateways that are up and do not answer with the deployment, as they report themselves; none where there is one
   * gateway, which is asked directly.
   */
  behind(endpoint: Endpoint, deployment: string): Promise<Straggler[]>;
  /** Base address for callers of an environment. */
  urlOf(environment: string): string;
}
