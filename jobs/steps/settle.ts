import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { judge, type Ruling } from '../../src/release/policy.ts';
import { refreshVotes } from './refresh-votes.ts';

type Parts = Needs<'approvals' | 'people' | 'models' | 'identities'>;

/**
 * Counts all votes, and closes the request if they decide it: only if no vote was added or withdrawn since they
 * were read, otherwise it reads and counts again. Thus of two votes at the same moment, both are counted before
 * the request is closed. If the votes could be enough, the platforms are first asked about the voters.
 */
export async function settle(
  seen: Approval,
  needs: Parts,
): Promise<{ approval: Approval; ruling: Ruling }> {
  const { approvals } = needs;
  let approval = seen;
  for (;;) {
    if (couldDecide(approval, needs)) approval = await refreshVotes(approval, needs);
    const ruling = judge(approval, needs);
    if (approval.status !== 'open' || ruling.status === 'waits') return { approval, ruling };
    const closed = await approvals.decide(approval, ruling.status, ruling.reason);
    if (closed) return { approval: closed, ruling };
    approval = await approvals.get(approval.id);
  }
}

/** Assumes that every vote counts: those that did not count last time may count now. */
function couldDecide(approval: Approval, needs: Parts): boolean {
  const { votes } = approval;
  const approvals = votes.filter(({ verdict }) => verdict === 'approve').length;
  return approvals < votes.length || approvals >= judge(approval, needs).needed;
}
