import type { AuditEvent } from '../../src/core/ports/audit.ts';

/** So long ago, it is no longer the same quarrel. */
const WITHIN_MS = 3_600_000;
/** So often undone, somebody or something else corrects it too. */
const MOST = 3;

/** What says nothing of who changed what: between a repair and what became of it. */
const BETWEEN = [
  ...['target.apply', 'target.begin', 'target.synced', 'target.failed', 'target.unseen'],
  'target.ask',
];

/**
 * How often repairs of a target were undone within the last hour, if that is so often that two correct it in turns.
 * @param events of the target, in any order
 */
export function quarrelIn(
  events: readonly Pick<AuditEvent, 'sequence' | 'action' | 'at'>[],
  now: Date,
): number | undefined {
  let undone = 0;
  let wasRepaired = false;
  for (const { action, at } of events.toSorted((one, other) => one.sequence - other.sequence)) {
    if (action === 'target.drift' && wasRepaired && now.getTime() - at.getTime() <= WITHIN_MS)
      undone += 1;
    if (!BETWEEN.includes(action)) wasRepaired = action === 'target.repair';
  }
  return undone >= MOST ? undone : undefined;
}
