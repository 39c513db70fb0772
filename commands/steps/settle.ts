import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { judge, type Ruling } from '../../src/release/policy.ts';

/**
 * Judges all the votes, and closes the request where they decide it: only if no vote came or went
 * since they were read, otherwise it reads and judges again. So two votes at the same instant are both
 * before the one that closes it.
 */
export async function settle(
  seen: Approval,
  { approvals, people, models }: Needs<'approvals' | 'people' | 'models'>,
): Promise<{ approval: Approval; ruling: Ruling }> {
  let approval = seen;
  for (;;) {
    const ruling = judge(approval, { people, models });
    if (approval.status !== 'open' || ruling.status === 'waits') return { approval, ruling };
    const closed = await approvals.decide(approval, ruling.status, ruling.reason);
    if (closed) return { approval: closed, ruling };
    approval = await approvals.get(approval.id);
  }
}
