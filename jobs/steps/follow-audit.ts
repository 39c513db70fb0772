import type { AuditEvent } from '../../src/core/ports/audit.ts';
import type { Needs } from '../../src/core/world.ts';

/** What was recorded before is of no use to anybody. */
export const KEPT_MS = 30 * 86_400_000;
const BATCH = 200;

/** A place in the audit log: everything up to it was taken. */
export interface Cursor {
  at: number;
  /** Stores that it moved, if it is still at `from`. */
  advance(from: number, to: number): Promise<void>;
}

/**
 * Calls `take` with each event behind the cursor, oldest first, and moves the cursor only then: after a crash an event is
 * taken again, and none is left out. `take` must be idempotent.
 */
export async function followAudit(
  cursor: Cursor,
  take: (event: AuditEvent) => Promise<void>,
  { audit, clock }: Needs<'audit' | 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  for (let at = cursor.at; ; ) {
    signal.throwIfAborted();
    const events = await audit.after(at, BATCH);
    const last = events.at(-1);
    if (!last) return;
    const oldest = clock.now().getTime() - KEPT_MS;
    for (const event of events) if (event.at.getTime() > oldest) await take(event);
    // Another process may be ahead: then it has taken the same events.
    await cursor.advance(at, last.sequence);
    at = last.sequence;
  }
}
