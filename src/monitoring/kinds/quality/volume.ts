import type { QualityMeasurement } from './measurement.ts';

/** Fewer weeks do not tell what is usual. */
const LEAST_WEEKS = 4;
/** Where fewer rows are usual, a change is chance. */
const LEAST_ROWS = 20;
/** So many robust standard deviations: beyond them even heavy-tailed traffic seldom gets. */
const FAR = 4;

/** What is usual, and whether this is not. */
export interface VolumeVerdict {
  usual: number;
  unusual: boolean;
}

/**
 * Rows of a window against the median of the same hours in earlier weeks. Unusual is what differs by more
 * than `change` (0.5: under half, or over twice as many) and by more than 4 robust standard deviations:
 * 1.4826 · MAD, and at least √median, the spread of independent arrivals.
 * Undefined with fewer than 4 weeks, or where fewer than 20 rows are usual.
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
