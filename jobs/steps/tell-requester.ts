import { approvalSubject } from '../../src/cards/approval.ts';
import {
  outcomeForAll,
  outcomeOf,
  outcomeSubject,
  type RequestOutcome,
} from '../../src/cards/outcome.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';

/** Tells whoever made a request what it came to, where and as they want it. Once for each outcome: may be repeated. */
export async function tellRequester(
  approval: Approval,
  outcome: RequestOutcome,
  { replies }: Needs<'replies'>,
  why?: string,
): Promise<void> {
  if (!approval.tell) return;
  const state = outcomeOf(approval, outcome, why);
  const { direct } = approval.tell;
  if (direct) return replies.open(outcomeSubject(approval, outcome), direct, state);
  const key = `outcome-${outcome.replace(' ', '-')}`;
  return replies.tell(approvalSubject(approval), key, outcomeForAll(approval, state));
}
