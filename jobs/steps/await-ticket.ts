import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Refused, Unreachable } from '../../src/core/errors.ts';
import type { DeployOrder } from '../../src/core/ports/deployments.ts';
import type { Needs } from '../../src/core/world.ts';
import { issueTicket } from '../declared/index.ts';

/** The policy process takes some ten milliseconds; while it restarts, some seconds. */
const PATIENCE_MS = 15_000;

export type TicketNeeds = Needs<'tickets' | 'ticketCheck' | 'jobs'>;

/**
 * Asks the policy process for the ticket of a deployment and waits for it; at once if there is one already.
 * @throws Refused if it refuses; Unreachable if it does not answer
 */
export async function awaitTicket(
  order: DeployOrder,
  { tickets, ticketCheck, jobs }: TicketNeeds,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  if ((await ticketCheck.whyNot(order)) === undefined) return;
  const { model, version, environment, approval } = order;
  const demand = `${approval}/${randomUUID()}`;
  await jobs.enqueue(issueTicket, { approval, demand });
  const deadline = Date.now() + patienceMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    const why = await ticketCheck.whyNot(order);
    if (why === undefined) return;
    const refused = await tickets.refusal(demand);
    if (refused !== undefined)
      throw new Refused(refused, {
        next: `Use /promote ${model} ${version} --to ${environment} to request again.`,
      });
    if (Date.now() >= deadline)
      throw new Unreachable(
        `Deploying ${model} v${version}: the policy process did not issue a ticket (${why}), so nothing was deployed.`,
        { next: 'Start the role "policy"; docs/proof.md explains it.' },
      );
    await wait(pause, undefined, { signal });
  }
}
