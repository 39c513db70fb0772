import { bounded, type Profile } from './profile.ts';
import { sameBins } from './spec.ts';

/**
 * The combined profile of two windows. Associative and commutative: counts, min and max exactly, mean and M2
 * (Chan, Golub & LeVeque 1979) up to rounding. Throws if the two were counted in different bins.
 */
export function mergeProfiles(a: Profile, b: Profile): Profile {
  if (!sameBins(a.spec, b.spec)) {
    throw new Error(
      'Adding up two profiles: they were counted into different bins; profile both with the spec of the same reference',
    );
  }
  return {
    spec: a.spec,
    counts: a.counts.map((count, bin) => count + (b.counts[bin] ?? 0)),
    nulls: a.nulls + b.nulls,
    nans: a.nans + b.nans,
    positiveInfinities: a.positiveInfinities + b.positiveInfinities,
    negativeInfinities: a.negativeInfinities + b.negativeInfinities,
    ...moments(a, b),
    ...(a.outside !== undefined && b.outside !== undefined && { outside: a.outside + b.outside }),
    min: least(a.min, b.min),
    max: greatest(a.max, b.max),
  };
}

/** Symmetric in a and b, so that their order cannot change a single bit. */
function moments(a: Profile, b: Profile): Pick<Profile, 'count' | 'mean' | 'm2'> {
  const count = a.count + b.count;
  if (count === 0) return { count, mean: 0, m2: 0 };
  const shareA = a.count / count;
  const shareB = b.count / count;
  const apart = bounded(b.mean - a.mean);
  const between = apart * apart * (shareA * shareB * count);
  return {
    count,
    mean: shareA * a.mean + shareB * b.mean,
    m2: bounded(a.m2 + b.m2 + (apart === 0 ? 0 : bounded(between))),
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
