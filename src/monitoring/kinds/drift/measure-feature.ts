import { createProfile, type Profile, rowsOf } from '../../profile/profile.ts';
import { type ShareTest, shareTests } from '../../profile/shares.ts';
import { sameBins } from '../../profile/spec.ts';
import {
  hellinger,
  jensenShannon,
  largestChange,
  psi,
  total,
  totalVariation,
} from '../../statistics/distances.ts';
import { chiSquareHomogeneity, twoProportions } from '../../statistics/tests.ts';

/** The distance between the distributions of two windows, and whether it is significant. */
export type Distances = {
  psi: number;
  jensenShannon: number;
  hellinger: number;
  totalVariation: number;
  largestChange: number;
  p: number;
};

/** One column of a window measured against its reference, before any threshold. */
export type Measured = {
  name: string;
  rows: number;
  /** Rows of the window with a value in a bin. */
  values: number;
  /** The reference is constant. */
  constant: boolean;
  /** Undefined if a side has no values. */
  distances?: Distances | undefined;
  shares: ShareTest[];
};

/**
 * Measures one column. A column missing in the window counts as missing in all of its `rows`. Throws if window
 * and reference were counted in different bins.
 */
export function measureFeature(
  name: string,
  reference: Profile,
  given: Profile | undefined,
  rows: number,
): Measured {
  const window = given ?? { ...createProfile(reference.spec), nulls: rows };
  if (!sameBins(reference.spec, window.spec)) {
    throw new Error(
      `Comparing ${name} with its reference: the window was counted into other bins; profile it again with the reference's spec`,
    );
  }
  const constant = isConstant(reference);
  return {
    name,
    rows: rowsOf(window),
    values: window.count,
    constant,
    distances: distancesOf(reference, window, constant),
    shares: shareTests(reference, window),
  };
}

function distancesOf(
  reference: Profile,
  window: Profile,
  constant: boolean,
): Distances | undefined {
  const [a, b] = [comparable(reference), comparable(window)];
  if (total(a) === 0 || total(b) === 0) return undefined;
  return {
    psi: psi(a, b),
    jensenShannon: jensenShannon(a, b),
    hellinger: hellinger(a, b),
    totalVariation: totalVariation(a, b),
    largestChange: largestChange(a, b),
    p: constant ? constantP(a, b) : chiSquareHomogeneity(a, b).p,
  };
}

/**
 * The bins for distances. Rare and unseen categories count as one: a reference has no unseen ones by
 * definition, so a long tail would look like drift. Unseen values have their own test.
 */
function comparable({ spec, counts }: Profile): number[] {
  if (spec.kind !== 'categories') return counts;
  return [...counts.slice(0, -2), (counts.at(-2) ?? 0) + (counts.at(-1) ?? 0)];
}

function isConstant({ spec, counts }: Profile): boolean {
  return spec.kind !== 'intervals' && counts.filter((count) => count > 0).length === 1;
}

/** For the share with another value than the constant: pooling would hide three of 300 rows. */
function constantP(reference: readonly number[], window: readonly number[]): number {
  const bin = reference.findIndex((count) => count > 0);
  const rows = [total(reference), total(window)] as const;
  return twoProportions(reference[bin] ?? 0, rows[0], window[bin] ?? 0, rows[1]);
}
