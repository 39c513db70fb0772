import { approvalState, approvalSubject } from '../../src/cards/approval.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { judge } from '../../src/release/policy.ts';

/**
 * Shows in a request's message how its votes count now. Another vote may arrive or decide it in the meantime,
 * and the last reader must write last.
 */
export async function showVotes(
  approval: Approval,
  { replies, approvals, people, models }: Needs<'replies' | 'approvals' | 'people' | 'models'>,
): Promise<void> {
  const subject = approvalSubject(approval);
  for (let now = approval, shown: Approval | undefined; !isSame(now, shown); ) {
    const count = now.deployment === undefined ? judge(now, { people, models }) : undefined;
    await replies.show(subject, approvalState(now, undefined, count));
    shown = now;
    now = await approvals.get(approval.id);
  }
}

const isSame = (one: Approval, other: Approval | undefined): boolean =>
  one.revision === other?.revision &&
  one.status === other.status &&
  one.deployment === other.deployment;
