import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';

/** By how much a share may exceed that of the training data. */
const Rise = z.number().min(0.0001).max(1);

export const Settings = z.object({
  null_share: Rise.default(0.05),
  /** NaN and infinities. */
  invalid_share: Rise.default(0.01),
  /** Numbers beyond the least and the greatest of the training data. */
  outside_share: Rise.default(0.01),
  unseen_share: Rise.default(0.01),
  /** Bounds that no value may cross, by feature. */
  ranges: z
    .record(z.string(), z.strictObject({ min: z.number().optional(), max: z.number().optional() }))
    .default({}),
  /** How far the number of rows may lie from what is usual: 0.5 is half as many, or twice as many. */
  volume_change: z.number().min(0.05).max(0.95).default(0.5),
  /** So many weeks back count as usual. */
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
