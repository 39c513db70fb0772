import { Unreachable } from '../../src/core/errors.ts';

/**
 * Sends what was just stored to the queue. Where the queue does not answer, what was stored is
 * ended rather than left to begin later behind the caller's back.
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
