import type { Clock } from '../core/clock.ts';
import { isSameEndpoint } from '../core/endpoint.ts';
import type { GatewayClient } from '../core/ports/gateway.ts';
import { type Gateways, SILENT_AFTER_MS } from '../core/ports/gateways.ts';

/** Asks what all gateways of an environment report. One that was killed is forgotten when it has been silent for long. */
export function createBehind(
  gateways: Pick<Gateways, 'list'>,
  clock: Clock,
): GatewayClient['behind'] {
  return async (endpoint, deployment) => {
    const since = clock.now().getTime() - SILENT_AFTER_MS;
    const up = (await gateways.list()).filter(
      ({ at, environments }) =>
        at.getTime() >= since && environments.includes(endpoint.environment),
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
