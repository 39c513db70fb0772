import { twoProportions } from '../statistics/tests.ts';
import { type Profile, rowsOf } from './profile.ts';

/** What a column may hold too much of, apart from how its values are distributed. */
export type ShareName = 'null' | 'nan' | 'infinite' | 'unseen';

/** One share on both sides. `p` is undefined where chance has nothing to decide. */
export type ShareTest<Name extends string = ShareName> = {
  name: Name;
  reference: number;
  window: number;
  p?: number | undefined;
};

/** Missing, NaN, infinite and unseen values of the window against the reference's. */
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
    // Fewer new values than expected are no news.
    tests.push(test.window > test.reference ? test : { ...test, p: undefined });
  }
  return tests;
}

/**
 * How many unseen values each side holds. The reference's are its singletons: leaving each row out
 * in turn, those are the rows whose value the rest has never seen (Good–Turing), so that the long
 * tail of a column does not raise an alarm in every window. Undefined where bins cannot tell.
 */
function unseenHits(reference: Profile, window: Profile): [number, number] | undefined {
  const { spec } = reference;
  if (spec.kind === 'intervals' || (spec.kind === 'categories' && spec.others === null)) {
    return undefined;
  }
  return [Math.min(spec.singletons, reference.count), window.counts.at(-1) ?? 0];
}

/** Hits among rows, of the reference and of the window, with a two-proportion test. */
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
