import { type ScheduledTask, schedule } from 'node-cron';
import { systemClock } from '../../core/clock.ts';
import { sweep } from '../../objects/sweep.ts';
import type { Container } from '../container.ts';

/** Removes what nothing refers to, every hour, if the workspace says so: one monitor at a time. */
export function sweeps(
  {
    workspace,
    objects,
    registry,
    queue,
    log,
  }: Pick<Container, 'workspace' | 'objects' | 'registry' | 'queue' | 'log'>,
  signal: AbortSignal,
): ScheduledTask[] {
  const { keepDays, remove } = workspace.objects;
  if (!remove) return [];
  const once = async (signal: AbortSignal) => {
    const order = { objects, records: registry.storage, clock: systemClock, keepDays, signal };
    const swept = await sweep(order);
    if (swept.marked + swept.removed > 0) log.info(swept, 'removed objects that nothing refers to');
  };
  const failed = (err: unknown) => {
    if (!signal.aborted) log.warn({ err }, 'removing objects that nothing refers to');
  };
  return [
    schedule('41 * * * *', () => queue.leases.during('sweep', once, signal).catch(failed), {
      noOverlap: true,
    }),
  ];
}
