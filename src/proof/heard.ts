import { digestOfEvidence } from '../core/evidence.ts';
import type { Approval, Vote } from '../core/ports/approvals.ts';
import type { AuditEvent } from '../core/ports/audit.ts';
import type { Heard } from '../core/ports/tickets.ts';
import type { PublicKey } from './keys.ts';
import { NotProven } from './not-proven.ts';
import { heardVote } from './receipt.ts';

/** What somebody did about a request, by the audit log. */
interface Act {
  person: string;
  action: 'approve' | 'reject' | 'withdrawn';
  /** When they voted; of a withdrawal, the time of the vote that was withdrawn. */
  at: number;
}

/**
 * The request with only the votes that a trusted process heard. The audit log can only take votes away: one that
 * was withdrawn or replaced does not come back with its old receipt. Pure.
 * @param events of the request
 * @param personOf the person that an ID belongs to now
 * @throws NotProven if the evidence was changed after it was shown, somebody else asked, or a rejection is missing
 */
export function heardVotes(
  approval: Approval,
  events: readonly AuditEvent[],
  keys: readonly PublicKey[],
  personOf: (id: string) => string,
): Heard {
  const { id, evidence, requestedBy } = approval;
  if (evidence && digestOfEvidence(evidence) !== evidence.digest)
    throw new NotProven(`The evidence of ${id} was changed after it was shown.`);
  const asked = events.find(({ action }) => action === 'promotion.requested');
  if (asked && personOf(asked.by) !== personOf(requestedBy))
    throw new NotProven(`${id} was requested by ${asked.by}, not by ${requestedBy}.`);
  const shown = asked && field(asked.after, 'evidence');
  if (shown !== undefined && shown !== evidence?.digest)
    throw new NotProven(`The evidence of ${id} is not what was recorded when people were asked.`);
  const acts = actsIn(events, personOf);
  const unheard: string[] = [];
  const votes: Vote[] = [];
  for (const vote of approval.votes) {
    try {
      requireLatest(vote, acts, personOf);
      votes.push(heardVote(approval, vote, keys));
    } catch (error) {
      if (!(error instanceof NotProven)) throw error;
      // A rejection stops the request, whoever wrote it.
      if (vote.verdict === 'reject') votes.push(vote);
      else
        unheard.push(`${vote.person}’s vote does not count: ${error.message.replace(/\.$/, '')}.`);
    }
  }
  const missing = acts.find((act) => act.action === 'reject' && !overtaken(act, acts));
  if (missing && !votes.some(({ verdict }) => verdict === 'reject'))
    throw new NotProven(`${missing.person} rejected ${id}, and that vote is missing.`);
  return { approval: { ...approval, votes }, unheard };
}

const ACTIONS: Readonly<Record<string, Act['action']>> = {
  'approval.approve': 'approve',
  'approval.reject': 'reject',
  'approval.withdrawn': 'withdrawn',
};

function actsIn(events: readonly AuditEvent[], personOf: (id: string) => string): Act[] {
  return events.flatMap(({ action: name, by, at, after }) => {
    const action = ACTIONS[name];
    if (action === undefined) return [];
    // Events are appended a moment later, and of two votes at once the later event may be of the earlier vote.
    const stated = field(after, 'at');
    const time = stated === undefined ? at : new Date(stated);
    return [{ person: personOf(by), action, at: time.getTime() }];
  });
}

/** A text in what an event recorded. */
function field(recorded: AuditEvent['after'], name: string): string | undefined {
  if (typeof recorded !== 'object' || recorded === null) return undefined;
  const value: unknown = Reflect.get(recorded, name);
  return typeof value === 'string' ? value : undefined;
}

const overtaken = (act: Act, acts: readonly Act[]): boolean =>
  acts.some(
    ({ person, action, at }) => person === act.person && action !== act.action && at >= act.at,
  );

function requireLatest(vote: Vote, acts: readonly Act[], personOf: (id: string) => string): void {
  const mine = { person: personOf(vote.person), action: vote.verdict, at: vote.at.getTime() };
  if (overtaken(mine, acts)) throw new NotProven('it was withdrawn or replaced');
}
