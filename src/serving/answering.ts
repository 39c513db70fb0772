import type { Answering } from '../core/ports/gateways.ts';
import type { ModelCache } from './model-cache.ts';
import type { Planned, Problem } from './plan.ts';

/** Of an endpoint of a plan while no process answers. */
export const unanswered = ({ model, environment }: Planned): Answering => ({
  ...{ model, environment, version: undefined, deployment: undefined, problem: undefined },
});

const problemOf = (found: Problem | undefined): Answering['problem'] =>
  found && { version: found.version, deployment: found.deployment, error: found.error };

/** What is answered for each endpoint of a plan: what is loaded, and not what should be. */
export function answeringOf(
  models: readonly Planned[],
  cache: Pick<ModelCache, 'slot' | 'problem'>,
): Answering[] {
  return models.map(({ model, environment, challenger }) => {
    const endpoint = { model, environment };
    const live = cache.slot(endpoint)?.live;
    return {
      ...endpoint,
      ...{ version: live?.version, deployment: live?.deployment, artifact: live?.artifact },
      ...(challenger && {
        challenger: {
          version: challenger.version.version,
          ...{ weight: challenger.weight, shadow: challenger.shadow },
        },
      }),
      problem: problemOf(cache.problem(endpoint)),
    };
  });
}
