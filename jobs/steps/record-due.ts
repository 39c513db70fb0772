import type { Needs } from '../../src/core/world.ts';

/**
 * Records what people changed, if the process that changed it died before it could, and forgets what is recorded.
 * @param of the ID of a document, if only what changed it is of interest
 */
export async function recordDue(
  { dueEvents, audit }: Needs<'dueEvents' | 'audit'>,
  of?: string,
): Promise<void> {
  for (const one of await dueEvents.list(of)) {
    await audit.append(one.event);
    await dueEvents.done(one);
  }
}
