import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { recount as recountJob } from './declared/index.ts';
import { type CountAgain, countAgain } from './steps/count-again.ts';

/**
 * Counts the votes of an open request again and shows how they count: what people may do can change without a
 * vote, through a group, a link or the configuration. Runs in the process with the adapters, because the
 * platforms are asked. `tidy` repeats it for votes about which a platform could not be asked.
 */
export const recount = defineJob({
  ...recountJob,
  run: ({ approval }, needs: CountAgain) => countAgain(approval, needs),
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
