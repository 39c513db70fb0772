import type { Models } from '../core/model.ts';
import type { Deployments } from '../core/ports/deployments.ts';
import type { Bus } from '../core/ports/jobs.ts';
import type { LiveVersions } from '../core/ports/serving.ts';

/** What the gateway serves: the registry's word, and a nudge over the bus when it has changed. */
export function createLiveVersions(
  deployments: Pick<Deployments, 'allLive'>,
  models: Models,
  bus: Bus,
): LiveVersions {
  const features = new Map(models.list().map((spec) => [spec.name, spec.features]));
  return {
    async list() {
      const live = await deployments.allLive();
      return live.flatMap(({ id, model, environment, version, artifact }) => {
        const schema = features.get(model);
        return schema
          ? [{ model, environment, version, deployment: id, artifact, features: schema }]
          : [];
      });
    },
    onChange: (listener) => bus.subscribe('deployments', listener),
  };
}
