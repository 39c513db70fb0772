import type { Approval } from '../core/ports/approvals.ts';

export interface Decision {
  status: 'approved' | 'rejected';
  reason: string;
}

/** What the votes amount to: one rejection ends it, enough approvals carry it, otherwise nothing yet. */
export function judge({
  votes,
  needed,
  requestedBy,
}: Pick<Approval, 'votes' | 'needed' | 'requestedBy'>): Decision | undefined {
  const counted = votes.filter((vote) => vote.person !== requestedBy);
  const against = counted.find((vote) => vote.verdict === 'reject');
  if (against) return { status: 'rejected', reason: `Rejected by ${against.person}.` };
  const approvers = counted.filter((vote) => vote.verdict === 'approve').map((vote) => vote.person);
  if (approvers.length < needed) return undefined;
  return { status: 'approved', reason: `Approved by ${approvers.join(', ')}.` };
}
