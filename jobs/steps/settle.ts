import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { judge, type Ruling } from '../../src/release/policy.ts';
import { refreshVotes } from './refresh-votes.ts';

type Parts = Needs<'approvals' | 'people' | 'models' | 'identities'>;

/**
 * Judges all the votes, and closes the request where they decide it: only if no vote came or went
 * since they were read, otherwise it reads and judges again. So two votes at the same instant are both
 * before the one that closes it. Where the votes could be enough, the platforms are asked first who the
 * voters are by now.
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

/** If every vote counted. Those that did not count the last time may by now. */
function couldDecide(approval: Approval, needs: Parts): boolean {
  const { votes } = approval;
  const approvals = votes.filter(({ verdict }) => verdict === 'approve').length;
  return approvals < votes.length || approvals >= judge(approval, needs).needed;
}
