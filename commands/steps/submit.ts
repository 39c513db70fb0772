import { Unreachable } from '../../src/core/errors.ts';
import type { Approvals } from '../../src/core/ports/approvals.ts';
import type { Runs } from '../../src/core/ports/runs.ts';

/**
 * Queues what was just stored. If the queue is unreachable, what was stored is ended, so that it does not start
 * later without the caller's knowledge.
 * @param undo ends it unless it has begun: then the same call was queued before, and only its answer was lost. Whether it
 * is ended
 */
export async function submit(
  send: () => Promise<void>,
  undo: () => Promise<boolean>,
): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (error instanceof Unreachable && !(await undo())) return;
    throw error;
  }
}

export const NOT_QUEUED = 'The queue did not respond, so nothing was started.';

/** @returns whether the run is ended, and none of it was done */
export async function unqueueRun(id: string, runs: Pick<Runs, 'unqueue'>): Promise<boolean> {
  const { status, attempts } = await runs.unqueue(id, NOT_QUEUED);
  return status === 'failed' && attempts === 0;
}

/** @returns whether the request is ended, and was never judged */
export async function unqueueRequest(
  id: string,
  approvals: Pick<Approvals, 'refuse' | 'get'>,
): Promise<boolean> {
  const now = (await approvals.refuse(id, undefined, NOT_QUEUED)) ?? (await approvals.get(id));
  return now.status === 'refused' && now.reason === NOT_QUEUED;
}

/** For what is stored and counts: if the queue is unreachable, `tidy` queues the job later. */
export function leftToTidying(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}
