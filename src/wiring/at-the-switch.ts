import { notReleased } from '../cards/not-released.ts';
import type { Clock } from '../core/clock.ts';
import { NotFound, Unreachable } from '../core/errors.ts';
import type { Models } from '../core/model.ts';
import type { People } from '../core/people.ts';
import type { Approvals } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { Links } from '../core/ports/links.ts';
import type { TicketCheck, TicketSubject } from '../core/ports/tickets.ts';
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
 * What is served goes on being served for this long after its key was revoked: the policy process issues new tickets in
 * that time. Nothing else is let in by such a key.
 */
const REISSUE_MS = 60_000;

/**
 * Asks for the ticket of each deployment at every look, since its key may be revoked, and the release policy about it
 * when a gateway first sees that it is live, with the people and accounts of that moment. Gives why it must not be
 * served, as a sentence; undefined where it may.
 */
export function askedAtTheSwitch({ approvals, links, people, models, clock, ticketCheck }: Parts) {
  /** Since when the ticket of what was admitted does not count any more; undefined as long as it does. */
  const admitted = new Map<string, Date | undefined>();

  async function whyNoTicket(key: string, subject: TicketSubject): Promise<string | undefined> {
    if (!admitted.has(key)) {
      // Asked first: keys that are published in between would turn a ticket that was not seen into a refusal for ever.
      const ready = await ticketCheck.ready();
      const why = await ticketCheck.whyNot(subject);
      // An upgrade may start its gateway first.
      if (why !== undefined && !ready)
        throw new Unreachable(
          'no policy process has been ready here yet, or its key was revoked, so there are no tickets',
          {
            next: 'Start the role "policy"; docs/proof.md explains it.',
          },
        );
      return why;
    }
    const why = await ticketCheck.whyNot(subject);
    const since = why === undefined ? undefined : (admitted.get(key) ?? clock.now());
    admitted.set(key, since);
    if (!since || clock.now().getTime() - since.getTime() < REISSUE_MS) return undefined;
    admitted.delete(key);
    return why;
  }

  return async (deployment: Deployment): Promise<string | undefined> => {
    const { id, model, version, environment, artifact, kind, approval } = deployment;
    // Not by its ID alone: whoever edits the registry could keep that and change the rest.
    const subject = { model, version, environment, artifact };
    const key = JSON.stringify([id, kind, approval, subject]);
    // A rollback needs no request of its own: the restored version's ticket is enough.
    const ofRequest = kind === 'promotion' && approval !== undefined ? { approval } : {};
    const why = await whyNoTicket(key, { ...subject, ...ofRequest });
    if (why !== undefined) return notReleased({ why }, `${model} v${version} is not served`);
    if (admitted.has(key)) return undefined;
    const [found, known] = await Promise.all([
      approval === undefined ? undefined : approvals.get(approval).catch(undefinedWhereNone),
      links.list(),
    ]);
    people.replaceLinks(known);
    const now = { people, models, time: clock.now() };
    const objection = mayNotBeServed(deployment, found, now);
    if (objection) return notReleased(objection, `${model} v${version} is not served`);
    admitted.set(key, undefined);
    return undefined;
  };
}

function undefinedWhereNone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
