import { approvalState, approvalSubject } from '../../src/cards/approval.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import type { Needs } from '../../src/core/world.ts';

/**
 * Updates the message of the request that led to a deployment: that it is live, or how that ended, e.g. `until
 * v3 replaced it`.
 */
export async function showApproval(
  deployment: Deployment | undefined,
  over: string | undefined,
  { approvals, replies }: Needs<'approvals' | 'replies'>,
): Promise<void> {
  if (deployment?.approval === undefined) return;
  const approval = await approvals.get(deployment.approval);
  await replies.show(approvalSubject(approval), approvalState(approval, over));
}
