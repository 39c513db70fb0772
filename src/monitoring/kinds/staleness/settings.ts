import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault } from '../../../core/monitor.ts';

/** Longer gaps are unknown: hours are read that far back. */
export const MOST_HOURS = 28 * 24;

export const Settings = z.object({
  no_traffic_hours: z.number().positive().default(24),
  /** Default: labels need not come. */
  no_labels_hours: z.number().positive().optional(),
  /** Labels are late after so many times the longest gap of the last four weeks. */
  label_gap: z.number().min(1).default(2),
  max_age_days: z.number().positive().default(180),
});

export type StalenessMonitor = MonitorOf<z.output<typeof Settings>>;

export function faults({ settings }: StalenessMonitor): MonitorFault[] {
  return (['no_traffic_hours', 'no_labels_hours'] as const)
    .filter((key) => (settings[key] ?? 0) > MOST_HOURS)
    .map((key) => ({ key, words: `at most ${MOST_HOURS} (28 days) are known` }));
}
