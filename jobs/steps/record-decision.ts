import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { tellRequester } from './tell-requester.ts';

/** Records that the votes on a request have decided it, under the name of the last who voted so. Once. */
export async function recordDecision(
  approval: Approval,
  { audit, replies }: Needs<'audit' | 'replies'>,
): Promise<void> {
  const { id, status, model, environment, version, votes, decidedAt } = approval;
  if (status !== 'approved' && status !== 'rejected') return;
  const verdict = status === 'approved' ? 'approve' : 'reject';
  const last = votes.findLast((vote) => vote.verdict === verdict);
  await audit.append({
    id: `decided-${id}`,
    by: last?.person ?? 'wheelhouse',
    action: `approval.${status}`,
    subject: id,
    ...{ model, environment, via: last?.via ?? 'queue' },
    after: { version, ...(decidedAt && { at: decidedAt.toISOString() }) },
  });
  // Of an approval, the gateway has the last word.
  if (status === 'rejected') await tellRequester(approval, 'rejected', { replies });
}
