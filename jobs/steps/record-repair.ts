import type { Person } from '../../src/core/people.ts';
import type { Needs } from '../../src/core/world.ts';
import { type TargetMemory, type TargetOf, targetId } from './target-memory.ts';

/**
 * Records that somebody has a target repaired, once for what was last known of it: its ID follows from that, so of two
 * who ask at once only the first is recorded, and so is only one call of a process that died after it.
 * @returns the ID of the person who was first
 */
export async function recordRepair(
  of: TargetOf,
  last: TargetMemory,
  { by, via }: { by: Person; via: string },
  { audit }: Needs<'audit'>,
): Promise<string> {
  // It waits to be applied.
  if (last.action === 'target.repair') return last.by;
  const id = `repair-${targetId(of)}-${last.sequence}`;
  const { model, environment } = of;
  await audit.append({
    ...{ id, by: by.id, action: 'target.repair', subject: targetId(of) },
    ...{ model, environment, via, after: { card: last.card } },
  });
  return (await audit.find(id))?.by ?? by.id;
}
