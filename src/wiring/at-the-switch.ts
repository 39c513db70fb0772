import { notReleased } from '../cards/not-released.ts';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Models } from '../core/model.ts';
import type { People } from '../core/people.ts';
import type { Approvals } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { Links } from '../core/ports/links.ts';
import { mayNotBeServed } from '../release/policy.ts';

interface Parts {
  approvals: Pick<Approvals, 'get'>;
  links: Pick<Links, 'list'>;
  people: Pick<People, 'of' | 'byId' | 'replaceLinks'>;
  models: Pick<Models, 'list'>;
  clock: Clock;
}

/**
 * Asks the release policy about each deployment when a gateway first sees that it is live, with the people and
 * accounts of that moment. Gives why it must not be served, as a sentence; undefined where it may.
 */
export function askedAtTheSwitch({ approvals, links, people, models, clock }: Parts) {
  const admitted = new Set<string>();
  return async (deployment: Deployment): Promise<string | undefined> => {
    const { id, model, version, approval } = deployment;
    if (admitted.has(id)) return undefined;
    const [found, known] = await Promise.all([
      approval === undefined ? undefined : approvals.get(approval).catch(undefinedWhereNone),
      links.list(),
    ]);
    people.replaceLinks(known);
    const now = { people, models, time: clock.now() };
    const objection = mayNotBeServed(deployment, found, now);
    if (objection) return notReleased(objection, `${model} v${version} is not served`);
    admitted.add(id);
    return undefined;
  };
}

function undefinedWhereNone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
