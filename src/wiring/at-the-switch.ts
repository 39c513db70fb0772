import { notReleased } from '../cards/not-released.ts';
import type { Clock } from '../core/clock.ts';
import { NotFound, Unreachable } from '../core/errors.ts';
import type { Models } from '../core/model.ts';
import type { People } from '../core/people.ts';
import type { Approvals } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { Links } from '../core/ports/links.ts';
import type { TicketCheck } from '../core/ports/tickets.ts';
import { mayNotBeServed } from '../release/policy.ts';

interface Parts {
  approvals: Pick<Approvals, 'get'>;
  links: Pick<Links, 'list'>;
  people: Pick<People, 'of' | 'byId' | 'replaceLinks'>;
  models: Pick<Models, 'list'>;
  clock: Clock;
  ticketCheck: TicketCheck;
}

/**
 * Asks for the ticket of each deployment, and the release policy about it, when a gateway first sees that it is
 * live, with the people and accounts of that moment. Gives why it must not be served, as a sentence; undefined where
 * it may.
 */
export function askedAtTheSwitch({ approvals, links, people, models, clock, ticketCheck }: Parts) {
  const admitted = new Set<string>();
  return async (deployment: Deployment): Promise<string | undefined> => {
    const { id, model, version, environment, artifact, kind, approval } = deployment;
    // Not by its ID alone: whoever edits the registry could keep that and change the rest.
    const subject = { model, version, environment, artifact };
    const key = JSON.stringify([id, kind, approval, subject]);
    if (admitted.has(key)) return undefined;
    // A rollback needs no request of its own: the restored version's ticket is enough.
    const ofRequest = kind === 'promotion' && approval !== undefined ? { approval } : {};
    // Asked first: keys that are published in between would turn a ticket that was not seen into a refusal for ever.
    const ready = await ticketCheck.ready();
    const why = await ticketCheck.whyNot({ ...subject, ...ofRequest });
    if (why !== undefined) {
      // An upgrade may start its gateway first.
      if (!ready)
        throw new Unreachable(
          'no policy process has been started here yet, so there are no tickets',
          {
            next: 'Start the role "policy"; docs/proof.md explains it.',
          },
        );
      return notReleased({ why }, `${model} v${version} is not served`);
    }
    const [found, known] = await Promise.all([
      approval === undefined ? undefined : approvals.get(approval).catch(undefinedWhereNone),
      links.list(),
    ]);
    people.replaceLinks(known);
    const now = { people, models, time: clock.now() };
    const objection = mayNotBeServed(deployment, found, now);
    if (objection) return notReleased(objection, `${model} v${version} is not served`);
    admitted.add(key);
    return undefined;
  };
}

function undefinedWhereNone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
