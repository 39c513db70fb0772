import { binOfCategory, binOfNumber } from './bin-of.ts';
import { isMissing, toNumber } from './numbers.ts';
import { type BinSpec, binCount } from './spec.ts';

/**
 * One column over one window: plain JSON, additive numbers. `count`, `mean`, `m2` (the sum of squared
 * deviations, Welford), `min` and `max` are of the values in bins; for categories only `count` has a meaning.
 */
export type Profile = {
  spec: BinSpec;
  counts: number[];
  nulls: number;
  nans: number;
  positiveInfinities: number;
  negativeInfinities: number;
  count: number;
  mean: number;
  m2: number;
  /** Numbers below or above the reference's range; missing if the bins have no range. */
  outside?: number;
  /** Null before the first number: JSON has no infinity. */
  min: number | null;
  max: number | null;
};

/** An empty profile. */
export function createProfile(spec: BinSpec): Profile {
  return {
    spec,
    counts: new Array<number>(binCount(spec)).fill(0),
    nulls: 0,
    nans: 0,
    positiveInfinities: 0,
    negativeInfinities: 0,
    count: 0,
    mean: 0,
    m2: 0,
    ...(rangeOf(spec) && { outside: 0 }),
    min: null,
    max: null,
  };
}

/** Adds one value; changes `profile`. O(log bins). A string in a numeric column counts as NaN. */
export function observe(profile: Profile, value: unknown): void {
  const { spec } = profile;
  if (isMissing(value)) {
    profile.nulls += 1;
    return;
  }
  if (spec.kind === 'categories') {
    if (typeof value === 'number' && !Number.isFinite(value)) observeUnusable(profile, value);
    else {
      count(profile, binOfCategory(spec, String(value)));
      profile.count += 1;
    }
    return;
  }
  const number = toNumber(value) + 0; // JSON would turn −0 into 0
  if (!Number.isFinite(number)) {
    observeUnusable(profile, number);
    return;
  }
  count(profile, binOfNumber(spec, number));
  profile.count += 1;
  const range = rangeOf(spec);
  if (range && (number < range[0] || number > range[1]))
    profile.outside = (profile.outside ?? 0) + 1;
  const step = bounded(number - profile.mean);
  profile.mean += step / profile.count;
  profile.m2 = bounded(profile.m2 + step * bounded(number - profile.mean));
  profile.min = Math.min(number, profile.min ?? number);
  profile.max = Math.max(number, profile.max ?? number);
}

function rangeOf(spec: BinSpec): readonly [number, number] | undefined {
  return spec.kind === 'intervals' ? spec.range : undefined;
}

/** The profile of an entire column. */
export function profileOf(spec: BinSpec, values: Iterable<unknown>): Profile {
  const profile = createProfile(spec);
  for (const value of values) observe(profile, value);
  return profile;
}

/** All rows of a profile, with or without values. */
export function rowsOf(profile: Profile): number {
  const { nulls, nans, positiveInfinities, negativeInfinities } = profile;
  return profile.count + nulls + nans + positiveInfinities + negativeInfinities;
}

/** Sums of squares can overflow; JSON would turn infinity into null. */
export function bounded(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

function observeUnusable(profile: Profile, value: number): void {
  if (Number.isNaN(value)) profile.nans += 1;
  else if (value > 0) profile.positiveInfinities += 1;
  else profile.negativeInfinities += 1;
}

function count(profile: Profile, bin: number): void {
  profile.counts[bin] = (profile.counts[bin] ?? 0) + 1;
}
