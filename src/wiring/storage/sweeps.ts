import { type ScheduledTask, schedule } from 'node-cron';
import { systemClock } from '../../core/clock.ts';
import { sweep } from '../../objects/sweep.ts';
import type { Container } from '../container.ts';

/** Removes what nothing refers to, every hour, if the workspace says so. */
export function sweeps(
  {
    workspace,
    objects,
    registry,
    log,
  }: Pick<Container, 'workspace' | 'objects' | 'registry' | 'log'>,
  signal: AbortSignal,
): ScheduledTask[] {
  const { keepDays, remove } = workspace.objects;
  if (!remove) return [];
  const once = async () => {
    const order = { objects, records: registry.storage, clock: systemClock, keepDays, signal };
    const swept = await sweep(order);
    if (swept.marked + swept.removed > 0) log.info(swept, 'removed objects that nothing refers to');
  };
  const failed = (err: unknown) => {
    if (!signal.aborted) log.warn({ err }, 'removing objects that nothing refers to');
  };
  return [schedule('41 * * * *', () => once().catch(failed), { noOverlap: true })];
}
