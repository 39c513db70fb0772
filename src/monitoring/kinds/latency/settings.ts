import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault } from '../../../core/monitor.ts';

/** Milliseconds, as a number or as `50 ms` or `1.5 s`. */
const Duration = z.union([
  z.number().positive(),
  z
    .string()
    .regex(/^\d+(\.\d+)? ?(ms|s)$/, 'expected milliseconds, e.g. 50 ms')
    .transform((text) => Number.parseFloat(text) * (/ms$/.test(text) ? 1 : 1000)),
]);

/** A share from 0 to 1, or a text like `1%`. */
const Share = z.union([
  z.number().min(0).max(1),
  z
    .string()
    .regex(/^\d+(\.\d+)? ?%$/, 'expected a share, e.g. 1%')
    .transform((text) => Number.parseFloat(text) / 100),
]);

export const Settings = z.object({
  /** The budget of each quantile. */
  p50: Duration.optional(),
  p95: Duration.optional(),
  p99: Duration.default(100),
  errors: Share.default(0.01),
});

export type LatencyMonitor = MonitorOf<z.output<typeof Settings>>;

export const QUANTILES = [
  { name: 'p50', share: 0.5 },
  { name: 'p95', share: 0.95 },
  { name: 'p99', share: 0.99 },
] as const;

/** A higher quantile cannot be smaller. */
export function faults({ settings }: LatencyMonitor): MonitorFault[] {
  const budgets = QUANTILES.flatMap(({ name }) => {
    const ms = settings[name];
    return ms === undefined ? [] : [{ name, ms }];
  });
  return budgets.flatMap(({ name, ms }, at) => {
    const next = budgets[at + 1];
    return next && next.ms < ms
      ? [{ key: name, words: `${name} (${ms} ms) is greater than ${next.name} (${next.ms} ms)` }]
      : [];
  });
}
