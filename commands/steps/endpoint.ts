import type { Endpoint } from '../../src/core/endpoint.ts';
import { Refused } from '../../src/core/errors.ts';
import type { EndpointState } from '../../src/core/ports/endpoints.ts';
import { environmentOption, modelOption } from '../../src/core/values.ts';
import type { Needs } from '../../src/core/world.ts';

/** The options by which a command names an endpoint. */
export const endpointOptions = { model: modelOption, in: environmentOption };

export type Named = { in?: string | undefined };

/** Where a command acts, for whoever checks roles before it runs. */
export const environmentNamed = (
  { in: where }: Named,
  { environments }: Needs<'environments'>,
): string => environments.get(where);

/** The endpoint that the options name; `place` is how messages call it. Throws NotFound if there is none. */
export function endpointNamed(
  { model, in: where }: Named & { model: string },
  { models, environments }: Needs<'models' | 'environments'>,
): { endpoint: Endpoint; place: string } {
  const endpoint = { model: models.get(model).name, environment: environments.get(where) };
  return { endpoint, place: `${endpoint.model} in ${endpoint.environment}` };
}

/** The rollout in progress, if it is the meant one: a button names the deployment that it was shown for. */
export const rolloutMeant = (
  { rollout }: Pick<EndpointState, 'rollout'>,
  meant: string | undefined,
): EndpointState['rollout'] =>
  meant === undefined || rollout?.deployment === meant ? rollout : undefined;

/** `meant`: the deployment that a button names. */
export const notInProgress = (place: string, meant: string | undefined, next?: string): Refused =>
  new Refused(
    meant === undefined
      ? `No rollout of ${place} is in progress.`
      : `That rollout of ${place} is not in progress.`,
    next === undefined ? {} : { next },
  );
