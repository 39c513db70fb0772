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
  /** How much worse than at the evaluation it may be, in its unit. Default: the metric's margin. */
  tolerance: z.number().min(0).optional(),
  /** Larger absolute errors count as this, in the unit of the label. */
  loss_range: z.number().positive().optional(),
  /** Columns whose values are measured apart. */
  slices: z.array(z.string()).default([]),
  /** Of labels 1, and of labels 0. */
  min_positives: z.number().int().min(1).default(30),
  /** Share of predictions that must have labels. */
  min_coverage: z.number().min(0).max(1).default(0.2),
  /** When most labels have arrived. */
  mature_after_hours: z.number().min(0).default(168),
});

export type PerformanceMonitor = MonitorOf<z.output<typeof Settings>>;

export function faults(
  { settings: { loss, slices } }: PerformanceMonitor,
  { features, task }: Pick<Watched['model'], 'features' | 'task'>,
): MonitorFault[] {
  return [
    ...lossFaults(task, loss),
    ...slices
      .filter((name) => !Object.hasOwn(features, name))
      .map((name) => ({ key: 'slices', words: `no feature "${name}"` })),
  ];
}
