import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';
import { FalseAlarms } from '../../budget.ts';
import { lossFaults } from '../../watched-metric.ts';

export const Settings = z.object({
  /** Default: its share of the model's. */
  false_alarms: FalseAlarms.optional(),
  /** The metric that raises alarms: a mean over rows. Default: the task's. */
  loss: z.string().optional(),
  /** How much worse than the reference band it may be, in its unit. Default: the metric's margin. */
  tolerance: z.number().min(0).optional(),
  /** Calibrates on evaluated rows that are weighted to the inputs of the window. */
  weighted: z.boolean().default(false),
  /** Combines the estimate with the labels that there are. */
  with_labels: z.boolean().default(false),
});

export type EstimatedMonitor = MonitorOf<z.output<typeof Settings>>;

export function faults(
  { settings: { loss, weighted, with_labels: withLabels } }: EstimatedMonitor,
  { task }: Pick<Watched['model'], 'task'>,
): MonitorFault[] {
  return [
    ...lossFaults(task, loss),
    ...(weighted && !task.decided
      ? [{ key: 'weighted', words: `a model of ${task.name} has no calibration to weight` }]
      : []),
    ...(withLabels && weighted
      ? [{ key: 'with_labels', words: 'labels correct the estimate themselves; remove "weighted"' }]
      : []),
  ];
}
