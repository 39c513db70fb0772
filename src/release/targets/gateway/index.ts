import { z } from 'zod';
import { defineTarget } from '../../../core/define-target.ts';
import { isSameEndpoint } from '../../../core/endpoint.ts';
import { Unreachable } from '../../../core/errors.ts';
import { moment } from '../../../core/figures.ts';
import { type Answering, isUp } from '../../../core/ports/gateways.ts';
import type { ObservedState } from '../../../core/target.ts';

/**
 * The built-in gateways, which read from the registry what is live and check its tickets by themselves: a switch and a
 * rollback wait for nothing here. What they must do is what they must do anyway; applying makes them look at once.
 */
export const gateway = defineTarget({
  name: 'gateway',
  summary: 'The built-in gateways',
  follows: true,
  settings: z.object({}),

  apply: (_, { model }, __, { nudge }) => nudge(model),
  remove: (_, { model }, __, { nudge }) => nudge(model),

  async observe(_, endpoint, { gateways, quarantines, now }) {
    const { model, environment } = endpoint;
    const all = (await gateways.list()).filter((one) => one.environments.includes(environment));
    const [newest] = all;
    // Wheelhouse may be used without a gateway of its own.
    if (!newest) return undefined;
    const up = all.filter((one) => isUp(one, now()));
    if (up.length === 0)
      throw new Unreachable(
        `Observing ${model} in ${environment} at the gateway: none is running. The last report is from ${newest.name}, ${moment(newest.at)} UTC.`,
        { next: 'Start the role "serve", or look at its log.' },
      );
    const quarantined = new Set((await quarantines.list()).map(({ deployment }) => deployment));
    const servers = up.flatMap(({ name, endpoints }) => {
      const found = endpoints.find((one) => isSameEndpoint(one, endpoint));
      // People were told already why another version answers.
      if (found?.problem && quarantined.has(found.problem.deployment)) return [];
      return [{ name, ...stateOf(found) }];
    });
    const [first] = servers;
    if (!first) return undefined;
    const { name: __, ...state } = first;
    return { ...state, servers };
  },
});

function stateOf(found: Answering | undefined): Omit<ObservedState, 'servers'> {
  const { version, artifact, challenger } = found ?? {};
  return {
    stable: version === undefined ? null : { version, ...(artifact !== undefined && { artifact }) },
    challenger: challenger ? challengerOf(challenger) : null,
  };
}

/** In the last step of a rollout a challenger has no requests of its own any more: the switch is next. */
const challengerOf = ({ version, weight, shadow }: NonNullable<Answering['challenger']>) => ({
  ...{ version, shadow },
  ...(weight > 0 && { weight }),
});
