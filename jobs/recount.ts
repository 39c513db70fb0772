import { Unreachable } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { deploy, recount as recountJob } from './declared/index.ts';
import { refreshVotes } from './steps/refresh-votes.ts';
import { settle } from './steps/settle.ts';
import { showVotes } from './steps/show-votes.ts';

/**
 * Counts the votes of an open request again and shows how they count: what people may do can change without a
 * vote, through a group, a link or the configuration. Runs in the process with the adapters, because the
 * platforms are asked. `tidy` repeats it for votes about which a platform could not be asked.
 */
export const recount = defineJob({
  ...recountJob,

  async run(
    { approval: id },
    needs: Needs<
      'approvals' | 'people' | 'models' | 'identities' | 'links' | 'replies' | 'jobs' | 'clock'
    >,
  ) {
    const { approvals, people, links, clock } = needs;
    people.replaceLinks(await links.list());
    const before = await approvals.get(id);
    const isOver = before.expiresAt !== undefined && before.expiresAt <= clock.now();
    if (before.status !== 'open' || isOver) return;
    const { approval } = await settle(await refreshVotes(before, needs), needs);
    await showVotes(approval, needs);
    if (approval.status === 'approved')
      await needs.jobs.enqueue(deploy, { approval: id }).catch(leftToTidying);
  },
});

/** Requests a recount of all open requests, or only of those with votes from `platform`. */
export async function recountAll(
  { approvals, jobs }: Needs<'approvals' | 'jobs'>,
  platform?: string,
): Promise<void> {
  for (const { id, votes } of await approvals.list({ statuses: ['open'], limit: 1000 }))
    if (platform === undefined || votes.some(({ cast }) => cast?.by.platform === platform))
      await jobs.enqueue(recount, { approval: id });
}

function leftToTidying(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}
