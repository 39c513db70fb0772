import { moment } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { Approval, Vote } from '../core/ports/approvals.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const receiptSubject = ({ id }: Pick<Approval, 'id'>, person: string): Subject =>
  `receipt:${id}-${person}`;

/** What a voter gets as a direct message: what they voted on, when, and from where. */
export function receipt(approval: Approval, { verdict, at, via, person }: Vote): State {
  const { id, model, version, environment, evidence } = approval;
  const did = verdict === 'approve' ? 'approved' : 'rejected';
  const artifact = evidence ? `, ${evidence.artifact.slice(0, 12)}…,` : '';
  const isOpen = approval.status === 'open';
  return {
    card: {
      title: `You ${did} ${model} v${version}${artifact} at ${moment(at)} UTC from ${capital(via)}`,
      tone: 'note',
      text: `For ${environment}. If this was not you, withdraw it and tell an admin.`,
      ...(isOpen && { actions: [{ label: 'Withdraw', command: 'withdraw', argument: id }] }),
      footer: id,
    },
    outcome: isOpen ? 'pending' : 'done',
    data: toJson({ approval: id, verdict, at, via, person, artifact: evidence?.artifact }),
  };
}

export function receiptWithdrawn({ id, model, version }: Approval): State {
  return {
    card: { title: `You withdrew your vote on ${model} v${version}`, tone: 'note', footer: id },
    outcome: 'done',
    data: toJson({ approval: id }),
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
