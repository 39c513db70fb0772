import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';
import { lossFaults } from '../../watched-metric.ts';

export const Settings = z.object({
  /** The metric that raises alarms: a mean over rows. Default: the task's. */
  loss: z.string().optional(),
  /** How much worse than the reference band it may be, in its unit. Default: the metric's margin. */
  tolerance: z.number().min(0).optional(),
  /** Calibrates on evaluated rows that are weighted to the inputs of the window. */
  weighted: z.boolean().default(false),
});

export type EstimatedMonitor = MonitorOf<z.output<typeof Settings>>;

export function faults(
  { settings: { loss, weighted } }: EstimatedMonitor,
  { task }: Pick<Watched['model'], 'task'>,
): MonitorFault[] {
  const found = lossFaults(task, loss);
  return weighted && !task.decided
    ? [...found, { key: 'weighted', words: `a model of ${task.name} has no calibration to weight` }]
    : found;
}
