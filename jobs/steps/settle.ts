import { Unreachable } from '../../src/core/errors.ts';
import { specIn } from '../../src/core/model.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { judge, type Ruling } from '../../src/release/policy.ts';
import { closeWindow } from '../declared/index.ts';
import { recordDecision } from './record-decision.ts';
import { refreshVotes } from './refresh-votes.ts';

export type SettleParts = Needs<
  | 'approvals'
  | 'people'
  | 'models'
  | 'identities'
  | 'endpoints'
  | 'jobs'
  | 'replies'
  | 'clock'
  | 'audit'
>;

/**
 * Counts all votes, and closes the request if they decide it: only if no vote was added or withdrawn since they
 * were read, otherwise it reads and counts again. Thus of two votes at the same moment, both are counted before
 * the request is closed. If the votes could be enough, the platforms are first asked about the voters.
 *
 * Votes that are enough close it only after the time to undo, in which one may be withdrawn. A request that has expired
 * is not decided any more.
 */
export async function settle(
  seen: Approval,
  needs: SettleParts,
): Promise<{ approval: Approval; ruling: Ruling }> {
  const { approvals, people, models } = needs;
  let approval = seen;
  for (;;) {
    if (couldDecide(approval, needs)) approval = await refreshVotes(approval, needs);
    const endpoint = await needs.endpoints.get(approval);
    const ruling = judge(approval, { people, models, endpoint });
    if (approval.status !== 'open') return { approval, ruling };
    const next = await step(approval, ruling, needs);
    if (next) return { approval: next, ruling };
    approval = await approvals.get(approval.id);
  }
}

/** Undefined if the votes have changed since they were counted. */
async function step(
  approval: Approval,
  ruling: Ruling,
  needs: SettleParts,
): Promise<Approval | undefined> {
  const { approvals, clock } = needs;
  const { settlesAt, expiresAt } = approval;
  const now = clock.now();
  // Its time is over, whatever made it count again: `tidy` closes it.
  if (expiresAt && expiresAt <= now) return approval;
  if (ruling.status === 'waits') return settlesAt ? approvals.settleAt(approval, null) : approval;
  const undoMs = ruling.status === 'approved' ? undoMsOf(approval, needs) : 0;
  // At most the time to undo: a clock that was set back must not keep it open.
  const left = settlesAt ? Math.min(settlesAt.getTime() - now.getTime(), undoMs) : undoMs;
  if (left <= 0) {
    const decided = await approvals.decide(approval, ruling.status, ruling.reason);
    if (decided) await recordDecision(decided, needs);
    return decided;
  }
  if (settlesAt) return approval;
  const begun = await approvals.settleAt(approval, new Date(now.getTime() + left));
  if (begun) await needs.jobs.enqueue(closeWindow, { approval: approval.id }, left).catch(tidied);
  return begun;
}

/** `tidy` closes it later. */
function tidied(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}

function undoMsOf({ model, environment }: Approval, { models }: Needs<'models'>): number {
  const spec = models.list().find(({ name }) => name === model);
  return (spec ? (specIn(spec, environment).approval.undoSeconds ?? 0) : 0) * 1000;
}

/** Assumes that every vote counts: those that did not count last time may count now. */
function couldDecide(approval: Approval, needs: SettleParts): boolean {
  const { votes } = approval;
  const approvals = votes.filter(({ verdict }) => verdict === 'approve').length;
  return approvals < votes.length || approvals >= judge(approval, needs).needed;
}
