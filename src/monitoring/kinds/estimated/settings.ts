import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';
import { lossFaults } from '../../watched-metric.ts';

export const Settings = z.object({
  /** The metric that raises alarms: a mean over rows. Default: the task's. */
  loss: z.string().optional(),
  /** How much worse than the reference band it may be, in its unit. Default: the metric's margin. */
  tolerance: z.number().min(0).optional(),
});

export type EstimatedMonitor = MonitorOf<z.output<typeof Settings>>;

export const faults = (
  { settings: { loss } }: EstimatedMonitor,
  { task }: Pick<Watched['model'], 'task'>,
): MonitorFault[] => lossFaults(task, loss);
