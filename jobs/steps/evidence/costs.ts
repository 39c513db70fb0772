import type { Costs } from '../../../src/core/ports/approvals.ts';
import type { Timing } from '../../../src/core/ports/programs.ts';
import type { Version } from '../../../src/core/ports/versions.ts';

/** Size of a version's file, and how long it takes for a row if that was measured. */
export function costsOf({ artifact }: Pick<Version, 'artifact'>, times: Timing | undefined): Costs {
  const sorted = times?.rows.toSorted();
  const at = (share: number) => sorted?.[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return {
    bytes: artifact.bytes,
    ...(sorted &&
      sorted.length > 0 && { latency: { rows: sorted.length, p50: at(0.5), p99: at(0.99) } }),
  };
}
