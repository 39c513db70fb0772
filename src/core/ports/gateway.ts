/** The inference gateway, as jobs and commands see it. */
export interface GatewayClient {
  /** What it answers with right now; undefined where it does not serve the model or cannot be reached. */
  serving(model: string): Promise<{ version: number; deployment: string } | undefined>;
  /** Why a deployment that the registry calls live does not answer, in the gateway's words. */
  problem(
    model: string,
  ): Promise<{ version: number; deployment: string; error: string } | undefined>;
  /** Where callers send their rows. */
  readonly url: string;
}
