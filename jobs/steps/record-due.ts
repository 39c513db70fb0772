import type { Needs } from '../../src/core/world.ts';

/** Records what people changed, if the process that changed it died before it could, and forgets what is recorded. */
export async function recordDue({ dueEvents, audit }: Needs<'dueEvents' | 'audit'>): Promise<void> {
  for (const one of await dueEvents.list()) {
    await audit.append(one.event);
    await dueEvents.done(one);
  }
}
