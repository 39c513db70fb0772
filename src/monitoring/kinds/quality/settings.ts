import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';

/** How much higher than in the training data a share may be. */
const Rise = z.number().min(0.0001).max(1);

export const Settings = z.object({
  null_share: Rise.default(0.05),
  /** NaN and infinities. */
  invalid_share: Rise.default(0.01),
  /** Numbers outside the range of the training data. */
  outside_share: Rise.default(0.01),
  unseen_share: Rise.default(0.01),
  /** Hard bounds for the values of a feature. */
  ranges: z
    .record(z.string(), z.strictObject({ min: z.number().optional(), max: z.number().optional() }))
    .default({}),
  /** How much the number of rows may change: 0.5 allows half to twice the usual number. */
  volume_change: z.number().min(0.05).max(0.95).default(0.5),
  /** Number of earlier weeks to compare with. */
  volume_weeks: z.number().int().min(4).max(26).default(8),
});

export type QualitySettings = z.output<typeof Settings>;
export type QualityMonitor = MonitorOf<QualitySettings>;

export function faults(
  { settings: { ranges } }: QualityMonitor,
  { features }: Watched['model'],
): MonitorFault[] {
  return Object.entries(ranges).flatMap(([name, { min, max }]): MonitorFault[] => {
    if (!Object.hasOwn(features, name)) return [{ key: 'ranges', words: `no feature "${name}"` }];
    if (features[name] !== 'number')
      return [{ key: 'ranges', words: `"${name}" is a category, which has no range` }];
    if (min !== undefined && max !== undefined && min > max)
      return [{ key: 'ranges', words: `min of "${name}" is greater than max` }];
    return [];
  });
}
