import type { QualityMeasurement } from './measurement.ts';

/** With fewer weeks it is unknown what is usual. */
const LEAST_WEEKS = 4;
/** If fewer rows are usual, a change may be chance. */
const LEAST_ROWS = 20;
/** In robust standard deviations: even heavy-tailed traffic rarely exceeds this. */
const FAR = 4;

/** The usual number, and whether this one is unusual. */
export interface VolumeVerdict {
  usual: number;
  unusual: boolean;
}

/**
 * Compares the rows of a window with the median of the same hours in earlier weeks. It is unusual if it differs
 * by more than `change` (0.5: less than half, or more than twice) and by more than 4 robust standard
 * deviations:
 * 1.4826 · MAD, and at least √median, the spread of independent arrivals. Undefined with fewer than 4 weeks, or
 * if fewer than 20 rows are usual.
 */
export function judgeVolume(
  { rows, earlier }: QualityMeasurement['volume'],
  change: number,
): VolumeVerdict | undefined {
  if (earlier.length < LEAST_WEEKS) return undefined;
  const usual = median(earlier);
  if (usual < LEAST_ROWS) return undefined;
  const spread = 1.4826 * median(earlier.map((count) => Math.abs(count - usual)));
  const far = Math.abs(rows - usual) > FAR * Math.max(spread, Math.sqrt(usual));
  const large = rows < usual * (1 - change) || rows > usual / (1 - change);
  return { usual, unusual: far && large };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
