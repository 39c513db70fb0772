import { isDeepStrictEqual } from 'node:util';
import type { Copy } from '../../src/core/ports/replies.ts';
import type { Container } from './container.ts';
import type { Stage } from './stage.ts';

/**
 * All differences: each stored state is shown exactly once at each of its addresses, in the right thread, as the
 * renderer makes it; nothing else is there.
 */
export async function messageFaults(container: Container, stage: Stage): Promise<unknown[]> {
  const [board, subjects] = [await stage.board(), await container.subjects()];
  const faults: unknown[] = [];
  const above = new Map(subjects.map(({ subject, copies }) => [subject, copies]));
  for (const { subject, state, parent, copies, revision } of subjects) {
    const wanted = stage.rendered(state.card);
    for (const copy of copies) {
      const where = `${copy.address.channel} ${copy.message}`;
      const shown = board.get(where);
      board.delete(where);
      const thread = parent ? messageAt(above.get(parent) ?? [], copy) : copy.address.thread;
      if (!shown)
        faults.push({ subject, copy, fault: 'it does not stand there, or twice in the books' });
      else if (copy.delivered !== revision) faults.push({ subject, copy, fault: 'it lags behind' });
      else if (shown.thread !== thread)
        faults.push({ subject, copy, fault: `it stands in ${shown.thread}, not ${thread}` });
      else if (!holds(shown.body, wanted))
        faults.push({
          subject,
          copy,
          fault: 'it is not the final state',
          shown: shown.body,
          wanted,
        });
    }
  }
  for (const [where, { body }] of board) faults.push({ where, fault: 'nobody knows of it', body });
  return faults;
}

function messageAt(copies: readonly Copy[], { address }: Copy): string | undefined {
  return copies.find((one) => one.address.channel === address.channel)?.message;
}

/** Whether `shown` contains all of `wanted`; platforms may add more. */
function holds(shown: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(shown) &&
      shown.length === wanted.length &&
      wanted.every((one, i) => holds(shown[i], one))
    );
  if (typeof wanted === 'object' && wanted !== null)
    return (
      typeof shown === 'object' &&
      shown !== null &&
      Object.entries(wanted).every(([key, value]) => holds(Reflect.get(shown, key), value))
    );
  return isDeepStrictEqual(shown, wanted);
}
