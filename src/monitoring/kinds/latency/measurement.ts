import { z } from 'zod';
import { latencyAbove, latencyQuantile } from '../../../core/latency.ts';
import { isCertainlyAbove } from '../../statistics/bounded-mean.ts';
import { type LatencyMonitor, QUANTILES } from './settings.ts';

/** One window as stored: requests of the version, and how long those took that were answered. */
export const Measurement = z.object({
  /** Requests, including those that failed. */
  rows: z.number(),
  errors: z.number(),
  latencies: z.array(z.tuple([z.number(), z.number()])),
});

export type LatencyMeasurement = z.output<typeof Measurement>;

/** A budget and what was found. */
export const Signal = z.object({
  name: z.enum(['p50', 'p95', 'p99', 'errors']),
  /** Milliseconds, or a share. */
  found: z.number(),
  budget: z.number(),
  exceeded: z.boolean(),
});

export type Signal = z.output<typeof Signal>;

/** One-sided. */
const ALPHA = 0.01;

/** Every budget of a window, and whether it was certainly exceeded. */
export function signalsOf(
  { rows, errors, latencies }: LatencyMeasurement,
  { settings }: LatencyMonitor,
): Signal[] {
  const answered = rows - errors;
  const slow = QUANTILES.flatMap(({ name, share }): Signal[] => {
    const budget = settings[name];
    const found = latencyQuantile(latencies, share);
    if (budget === undefined || found === undefined) return [];
    const slower = latencyAbove(latencies, budget) / answered;
    const allowed = { rows: answered, allowed: 1 - share, alpha: ALPHA };
    return [{ name, found, budget, exceeded: isCertainlyAbove(slower, allowed) }];
  });
  const share = rows > 0 ? errors / rows : 0;
  const allowed = { rows, allowed: settings.errors, alpha: ALPHA };
  const failing = { name: 'errors', found: share, budget: settings.errors } as const;
  return [...slow, { ...failing, exceeded: isCertainlyAbove(share, allowed) }];
}
