import { bounded, type Profile } from './profile.ts';
import { sameBins } from './spec.ts';

/**
 * The combined profile of two windows. Associative and commutative: counts, min and max exactly, mean and M2
 * (Chan, Golub & LeVeque 1979) up to rounding. Throws if the two were counted in different bins.
 */
export function mergeProfiles(a: Profile, b: Profile): Profile {
  const sum = { ...a, counts: [...a.counts] };
  addProfile(sum, b);
  return sum;
}

/** The same for many windows, without a copy for each: changes `sum`. */
export function addProfile(sum: Profile, part: Profile): void {
  if (!sameBins(sum.spec, part.spec)) {
    throw new Error(
      'Adding up two profiles: they were counted into different bins; profile both with the spec of the same reference',
    );
  }
  const { count, mean, m2 } = moments(sum, part);
  const { counts } = sum;
  for (let bin = 0; bin < counts.length; bin += 1)
    counts[bin] = (counts[bin] ?? 0) + (part.counts[bin] ?? 0);
  sum.nulls += part.nulls;
  sum.nans += part.nans;
  sum.positiveInfinities += part.positiveInfinities;
  sum.negativeInfinities += part.negativeInfinities;
  sum.count = count;
  sum.mean = mean;
  sum.m2 = m2;
  if (sum.outside !== undefined && part.outside !== undefined) sum.outside += part.outside;
  else delete sum.outside;
  sum.min = least(sum.min, part.min);
  sum.max = greatest(sum.max, part.max);
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
