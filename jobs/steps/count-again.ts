import { Unreachable } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { deploy } from '../declared/index.ts';
import { refreshVotes } from './refresh-votes.ts';
import { type SettleParts, settle } from './settle.ts';
import { type ShowParts, showVotes } from './show-votes.ts';

export type CountAgain = SettleParts & ShowParts & Needs<'links'>;

/**
 * Counts the votes of an open request with the people, links and configuration of now, and closes it if they decide
 * it.
 */
export async function countAgain(id: string, needs: CountAgain): Promise<void> {
  const { approvals, people, links, clock } = needs;
  people.replaceLinks(await links.list());
  const before = await approvals.get(id);
  const isOver = before.expiresAt !== undefined && before.expiresAt <= clock.now();
  if (before.status !== 'open' || isOver) return;
  const { approval } = await settle(await refreshVotes(before, needs), needs);
  await showVotes(approval, needs);
  if (approval.status === 'approved')
    await needs.jobs.enqueue(deploy, { approval: id }).catch(leftToTidying);
}

function leftToTidying(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}
