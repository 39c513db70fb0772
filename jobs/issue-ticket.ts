import { Refused, WheelhouseError } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { TicketOrder } from '../src/core/ports/tickets.ts';
import { digestOfRecord } from '../src/core/version-record.ts';
import type { Needs } from '../src/core/world.ts';
import { judge } from '../src/release/policy.ts';
import { issueTicket as issueTicketJob } from './declared/index.ts';
import { orderOf } from './steps/order-of.ts';
import { NotYet, requireStillApproved, type StillApproved } from './steps/still-approved.ts';

type Parts = Needs<
  | 'approvals'
  | 'versions'
  | 'endpoints'
  | 'artifacts'
  | 'audit'
  | 'tickets'
  | 'ticketCheck'
  | 'notary'
> &
  StillApproved;

/** More than a request ever has. */
const MOST_EVENTS = 500;

/**
 * Signs the ticket of an approved request, in the policy process. It asks the release policy itself, and counts only
 * votes with a receipt: what the registry says of votes is not enough.
 */
export const issueTicket = defineJob({
  ...issueTicketJob,

  async run({ approval: id, demand }, needs: Parts) {
    try {
      await issue(id, needs);
    } catch (error) {
      // What may pass is tried again. Whoever waits is told the rest, and a next step of its own.
      if (!(error instanceof WheelhouseError) || error.blame !== 'user') throw error;
      await needs.tickets.refuse(demand, error.message);
    }
  },
});

/** Once: a request that has a valid ticket keeps it. */
export async function issue(id: string, needs: Parts): Promise<void> {
  const { versions, artifacts, audit, ticketCheck, notary, people, links, models } = needs;
  const { freezes, clock, endpoints } = needs;
  people.replaceLinks(await links.list());
  const stored = await needs.approvals.get(id);
  const version = await versions.resolve(stored.model, String(stored.version));
  const order = orderOf(stored, version.artifact.sha256);
  if ((await ticketCheck.whyNot(order)) === undefined) return;
  const events = await audit.list({ subject: id, limit: MOST_EVENTS });
  const { approval, unheard } = await notary.heard(
    stored,
    events,
    (person) => people.byId(person)?.id ?? person,
  );
  const approvals = { ...needs.approvals, get: async () => approval };
  const parts = { approvals, people, links, models, versions, freezes, audit, clock };
  await requireStillApproved(order, await endpoints.get(order), parts).catch((error: unknown) => {
    // A change in progress delays the switch, which asks about it; the request is as approved as before.
    if (error instanceof NotYet) return;
    if (!(error instanceof Refused) || unheard.length === 0) throw error;
    throw new Refused(`${error.message} ${unheard.join(' ')}`, { cause: error });
  });
  await artifacts.path(order.artifact); // verifies its hash
  const digest = digestOfRecord({ version, evaluation: await versions.evaluation(version.id) });
  await notary.issue(
    { ...order, record: digest },
    approval,
    judge(approval, { people, models }).approvals,
  );
  await record(order, approval, needs);
}

async function record(order: TicketOrder, approval: Approval, { audit }: Parts): Promise<void> {
  const { model, environment, version, artifact } = order;
  await audit.append({
    id: `ticket-${approval.id}`,
    by: 'wheelhouse',
    action: 'ticket.issue',
    subject: approval.id,
    ...{ model, environment, via: 'policy' },
    after: { version, artifact },
  });
}
