import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';

export const Settings = z.object({
  /** How far the share of a label may be from that at the evaluation: 0.05 is five percentage points. */
  tolerance: z.number().min(0).max(1).default(0.05),
  /**
   * How many times larger an error of the mean answer may become as one of a share. On flights, where it is 17, what
   * is estimated is further off than the guess that nothing changed.
   */
  max_condition: z.number().min(1).default(5),
});

export type PrevalenceMonitor = MonitorOf<z.output<typeof Settings>>;

export function faults(
  { settings }: PrevalenceMonitor,
  { task }: Pick<Watched['model'], 'task'>,
): MonitorFault[] {
  const found: MonitorFault[] = [];
  if (!task.decided)
    found.push({ key: 'kind', words: `the labels of a model of ${task.name} have no shares` });
  if (settings.max_condition <= 1)
    found.push({
      key: 'max_condition',
      words: 'max_condition 1 refuses every model that is ever unsure; write 5 or more',
    });
  return found;
}
