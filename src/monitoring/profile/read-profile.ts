import type { Profile } from './profile.ts';
import { type BinSpec, binCount } from './spec.ts';

/**
 * A stored profile, validated, because a store returns unchecked JSON. Throws if it is not a profile, or if its
 * counts do not match its bins.
 */
export function readProfile(stored: unknown): Profile {
  const spec = isRecord(stored) ? readBinSpec(stored['spec']) : undefined;
  if (!isRecord(stored) || spec === undefined) throw unreadable('it has no bins');
  const counts = stored['counts'];
  if (!isNumbers(counts) || counts.length !== binCount(spec)) {
    throw unreadable(`it does not have one count for each of its ${binCount(spec)} bins`);
  }
  const number = (key: keyof Profile): number => {
    const value = stored[key];
    if (typeof value !== 'number') throw unreadable(`its ${key} is not a number`);
    return value;
  };
  return {
    spec,
    counts: [...counts],
    nulls: number('nulls'),
    nans: number('nans'),
    positiveInfinities: number('positiveInfinities'),
    negativeInfinities: number('negativeInfinities'),
    count: number('count'),
    mean: number('mean'),
    m2: number('m2'),
    ...(stored['outside'] !== undefined && { outside: number('outside') }),
    min: stored['min'] === null ? null : number('min'),
    max: stored['max'] === null ? null : number('max'),
  };
}

/** Undefined if `stored` does not describe bins. */
function readBinSpec(stored: unknown): BinSpec | undefined {
  if (!isRecord(stored)) return undefined;
  const { kind, edges, range, values, categories, others, singletons } = stored;
  if (kind === 'intervals') {
    if (!isNumbers(edges)) return undefined;
    const [least, greatest] = isNumbers(range) ? range : [];
    if (least === undefined || greatest === undefined) return { kind, edges };
    return { kind, edges, range: [least, greatest] };
  }
  if (typeof singletons !== 'number') return undefined;
  if (kind === 'values') return isNumbers(values) ? { kind, values, singletons } : undefined;
  if (kind !== 'categories' || !isStrings(categories)) return undefined;
  return others === null || isStrings(others)
    ? { kind, categories, others, singletons }
    : undefined;
}

function unreadable(why: string): Error {
  return new Error(`Reading a stored profile: ${why}; build it again from the prediction log`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
