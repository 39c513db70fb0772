import { twoProportions } from '../statistics/tests.ts';
import { type Profile, rowsOf } from './profile.ts';

/** Kinds of values whose share is tested, separately from the distribution of values. */
export type ShareName = 'null' | 'nan' | 'infinite' | 'unseen';

/** One share on both sides. `p` is undefined if there is nothing to test. */
export type ShareTest<Name extends string = ShareName> = {
  name: Name;
  reference: number;
  window: number;
  p?: number | undefined;
};

/** Missing, NaN, infinite and unseen values in the window compared with the reference. */
export function shareTests(reference: Profile, window: Profile): ShareTest[] {
  const rows = [rowsOf(reference), rowsOf(window)] as const;
  const values = [reference.count, window.count] as const;
  const infinite = (side: Profile) => side.positiveInfinities + side.negativeInfinities;
  const tests: ShareTest[] = [
    share('null', [reference.nulls, window.nulls], rows),
    share('nan', [reference.nans, window.nans], rows),
    share('infinite', [infinite(reference), infinite(window)], rows),
  ];
  const unseen = unseenHits(reference, window);
  if (unseen !== undefined) {
    const test = share('unseen', unseen, values);
    // Fewer unseen values than expected are not a problem.
    tests.push(test.window > test.reference ? test : { ...test, p: undefined });
  }
  return tests;
}

/**
 * Number of unseen values on each side. For the reference it is the number of singletons: if each row is left
 * out in turn, these are the rows with unseen values (Good–Turing). Thus the long tail of a column does not
 * raise an alert in every window. Undefined if the bins cannot distinguish them.
 */
function unseenHits(reference: Profile, window: Profile): [number, number] | undefined {
  const { spec } = reference;
  if (spec.kind === 'intervals' || (spec.kind === 'categories' && spec.others === null)) {
    return undefined;
  }
  return [Math.min(spec.singletons, reference.count), window.counts.at(-1) ?? 0];
}

/** Hits among rows, in the reference and in the window, with a two-proportion test. */
export function share<const Name extends string>(
  name: Name,
  [hitsA, hitsB]: readonly [number, number],
  [rowsA, rowsB]: readonly [number, number],
): ShareTest<Name> {
  const reference = rowsA === 0 ? 0 : hitsA / rowsA;
  const window = rowsB === 0 ? 0 : hitsB / rowsB;
  const undecided = rowsA > 0 && rowsB > 0 && hitsA + hitsB > 0 && hitsA + hitsB < rowsA + rowsB;
  return {
    name,
    reference,
    window,
    p: undecided ? twoProportions(hitsA, rowsA, hitsB, rowsB) : undefined,
  };
}
