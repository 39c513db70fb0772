import { Refused } from '../../src/core/errors.ts';
import type { Run, Runs } from '../../src/core/ports/runs.ts';

/** Waiting and running comparisons and what-ifs allowed per person, so that one person cannot fill the lane. */
const SHARE = 2;

/**
 * Throws Refused if the person has that many already, besides the run `id`. Called before anything is stored,
 * and with `mine` once more afterwards, because two commands at once do not see each other before that.
 */
export async function requireShare(
  person: string,
  id: string,
  runs: Pick<Runs, 'list' | 'finish'>,
  mine?: Run,
): Promise<void> {
  const found = await Promise.all(
    (['queued', 'running'] as const).map((status) => runs.list({ requestedBy: person, status })),
  );
  const others = found
    .flat()
    .filter((run) => run.kind !== 'train' && run.id !== id)
    .filter(({ createdAt }) => !mine || createdAt <= mine.createdAt);
  if (others.length < SHARE || (mine && mine.status !== 'queued')) return;
  const fault = `You already have ${others.length} comparisons in progress (${others.map(({ id }) => id).join(', ')}), so this one was not started.`;
  if (mine) await runs.finish(mine.id, { status: 'failed', error: fault });
  throw new Refused(fault, { next: 'Try again when one finishes, or /cancel one.' });
}
