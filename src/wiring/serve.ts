import { join } from 'node:path';
import { createGateway } from '../serving/gateway.ts';
import { createPredictionLog } from '../serving/log/log.ts';
import type { House } from './house.ts';
import { createLiveVersions } from './live-versions.ts';
import type { Running } from './role.ts';

/** The shop window. */
export async function startServe(house: House): Promise<Running> {
  const { settings, workspace, registry, queue, artifacts, log } = house;
  const onProblem = (problem: Error) => log.error({ err: problem }, 'serving');
  const predictions = createPredictionLog({ dir: join(settings.home, 'predictions'), onProblem });
  const gateway = createGateway({
    live: createLiveVersions(registry.deployments, workspace.models, queue.bus),
    artifacts,
    log: predictions,
    host: settings.host,
    port: settings.inferencePort,
    environment: workspace.environments.get(undefined),
    onProblem,
  });
  await gateway.start();
  return {
    ready: { inferenceUrl: gateway.address },
    async stop() {
      await gateway.stop();
      await predictions.close();
    },
  };
}
