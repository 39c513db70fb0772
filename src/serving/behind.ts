import type { Clock } from '../core/clock.ts';
import { isSameEndpoint } from '../core/endpoint.ts';
import type { GatewayClient } from '../core/ports/gateway.ts';
import { type Gateways, isUp } from '../core/ports/gateways.ts';

/** Asks what all gateways of an environment report. One that was killed is forgotten when it has been silent for long. */
export function createBehind(
  gateways: Pick<Gateways, 'list'>,
  clock: Clock,
): GatewayClient['behind'] {
  return async (endpoint, deployment) => {
    const now = clock.now();
    const up = (await gateways.list()).filter(
      (one) => isUp(one, now) && one.environments.includes(endpoint.environment),
    );
    // The answer of the only one was asked for directly, and is newer than its report.
    if (up.length <= 1) return [];
    return up.flatMap(({ name, endpoints }) => {
      const found = endpoints.find((one) => isSameEndpoint(one, endpoint));
      if (found?.deployment === deployment) return [];
      const problem = found?.problem?.deployment === deployment ? found.problem.error : undefined;
      return [{ name, version: found?.version, ...(problem !== undefined && { why: problem }) }];
    });
  };
}
