import { showArrival } from '../../jobs/steps/announce-arrival.ts';
import { arrivalState, arrivalSubject } from '../../src/cards/arrival.ts';
import type { Asking } from '../../src/core/command.ts';
import { Refused } from '../../src/core/errors.ts';
import type { AuditDraft } from '../../src/core/ports/audit.ts';
import { live, type Reply } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';

export type Deciding = Needs<'arrivals' | 'models' | 'replies' | 'audit' | 'clock'>;

interface Decision {
  arrival: string;
  status: 'accepted' | 'discarded';
  reason: string;
}

/** Ends a quarantine. Throws Refused if somebody has decided already: the first decision counts. */
export async function decideArrival(
  { arrival: id, status, reason }: Decision,
  { arrivals, models, replies, audit, clock }: Deciding,
  { by, from }: Asking,
): Promise<Reply> {
  const decision = { by: by.id, why: reason, at: clock.now() };
  const { model, name, sha256 } = await arrivals.get(id);
  const event: AuditDraft = {
    ...{ id: `${status}-${id}`, by: by.id, subject: id, model, via: from.platform },
    action: status === 'accepted' ? 'data.admitted' : 'data.discarded',
    ...{ before: { status: 'quarantined' }, after: { name, sha256, reason } },
  };
  const decided = (await arrivals.decide(id, status, decision, event)) ?? (await arrivals.get(id));
  const { decision: made } = decided;
  // The same call again, after a crash, finds its own decision and goes on.
  if (decided.status !== status || made?.by !== decision.by || made.why !== reason)
    throw new Refused(
      made
        ? `${made.by} has decided about ${id} already: it is ${decided.status} (${made.why}).`
        : `${id} is not in quarantine: it passed its checks and is used.`,
    );
  await audit.append(event);
  await showArrival(id, { arrivals, replies });
  const homes = models.list().find(({ name }) => name === decided.model)?.homes ?? [];
  return live(arrivalSubject(decided), arrivalState(decided), homes);
}
