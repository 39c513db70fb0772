import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';

/**
 * IDs that sort in the order of their creation, also within a millisecond of one process: time, a counter and
 * four random letters, which distinguish processes.
 */
export function ascendingIds(kind: string, clock: Clock): () => string {
  let last = 0;
  let count = 0;
  return () => {
    const now = clock.now().getTime();
    count = now > last ? 0 : count + 1;
    // A clock that is set back must not order new IDs before old ones.
    last = Math.max(last, now);
    const random = randomBytes(3).readUIntBE(0, 3) % 36 ** 4;
    return `${kind}-${base36(last, 9)}${base36(count, 4)}${base36(random, 4)}`;
  };
}

function base36(value: number, width: number): string {
  return value.toString(36).padStart(width, '0');
}
