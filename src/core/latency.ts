/**
 * Bins of durations, eight to a doubling, so that a quantile is known within 9%, and counts of different hours and
 * processes can be added. From 0.05 ms to over a minute.
 */
const LEAST_MS = 0.05;
const PER_DOUBLING = 8;
const LAST = 168;
/** How many bins there are. */
export const LATENCY_BINS = LAST + 1;

/** The bin of a duration in milliseconds: 0 to 168. */
export function latencyBin(ms: number): number {
  if (!(ms > LEAST_MS)) return 0;
  return Math.min(LAST, Math.ceil(PER_DOUBLING * Math.log2(ms / LEAST_MS)));
}

/** The upper end of a bin, in milliseconds. */
export const latencyBinEnd = (bin: number): number => LEAST_MS * 2 ** (bin / PER_DOUBLING);

/** The bin whose upper end is nearest to that of another and so many milliseconds. */
export const laterBin = (bin: number, ms: number): number =>
  Math.min(LAST, bin + Math.round(PER_DOUBLING * Math.log2(1 + ms / latencyBinEnd(bin))));

/** Numbers of durations by bin. */
export type LatencyCounts = readonly (readonly [bin: number, count: number])[];

/** The upper end of the bin that holds this share of the durations, in milliseconds. Undefined without any. */
export function latencyQuantile(counts: LatencyCounts, share: number): number | undefined {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (const [bin, count] of counts.toSorted(([a], [b]) => a - b)) {
    below += count;
    if (below >= share * total) return latencyBinEnd(bin);
  }
  return undefined;
}

/** The sum of such counts. */
export function addLatencies(all: readonly LatencyCounts[]): [bin: number, count: number][] {
  const sums = new Map<number, number>();
  for (const [bin, count] of all.flat()) sums.set(bin, (sums.get(bin) ?? 0) + count);
  return [...sums].toSorted(([a], [b]) => a - b);
}

/** How many durations were certainly longer than this. */
export function latencyAbove(counts: LatencyCounts, ms: number): number {
  const within = latencyBin(ms);
  return counts.reduce((sum, [bin, count]) => (bin > within ? sum + count : sum), 0);
}
