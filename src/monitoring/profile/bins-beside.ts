import type { Profile } from './profile.ts';
import { binLabels } from './spec.ts';

/** Shares of each bin on both sides, for a histogram; bins that are empty on both are left out. */
export function binsBeside(
  reference: Profile,
  current: Profile,
): { label: string; reference: number; current: number }[] {
  const share = (profile: Profile, bin: number) =>
    (profile.counts[bin] ?? 0) / Math.max(1, profile.count);
  return binLabels(reference.spec)
    .map((label, bin) => ({
      label,
      reference: share(reference, bin),
      current: share(current, bin),
    }))
    .filter((bin) => bin.reference > 0 || bin.current > 0);
}
