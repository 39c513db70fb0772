import { Unreachable } from '../../src/core/errors.ts';

/**
 * Queues what was just stored. If the queue is unreachable, what was stored is ended, so that it does not start
 * later without the caller's knowledge.
 */
export async function submit(
  send: () => Promise<void>,
  undo: () => Promise<unknown>,
): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (error instanceof Unreachable) await undo();
    throw error;
  }
}

export const NOT_QUEUED = 'The queue did not respond, so nothing was started.';

/** For what is stored and counts: if the queue is unreachable, `tidy` queues the job later. */
export function leftToTidying(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}
