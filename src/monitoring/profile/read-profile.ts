import type { Profile } from './profile.ts';
import { type BinSpec, binCount } from './spec.ts';

/**
 * A stored profile, validated, because a store returns unchecked JSON. `expected`: its bins, if they are known: those of
 * thousands of profiles need not be read again. Throws if it is not a profile, or if its counts do not match its bins.
 */
export function readProfile(stored: unknown, expected?: BinSpec): Profile {
  if (!isRecord(stored)) throw unreadable('it has no bins');
  const given = stored['spec'];
  const spec = expected && isStored(expected, given) ? expected : readBinSpec(given);
  if (spec === undefined) throw unreadable('it has no bins');
  const counts = stored['counts'];
  if (!isNumbers(counts) || counts.length !== binCount(spec)) {
    throw unreadable(`it does not have one count for each of its ${binCount(spec)} bins`);
  }
  const profile: Profile = {
    spec,
    counts: counts.slice(),
    nulls: numberIn(stored, 'nulls'),
    nans: numberIn(stored, 'nans'),
    positiveInfinities: numberIn(stored, 'positiveInfinities'),
    negativeInfinities: numberIn(stored, 'negativeInfinities'),
    count: numberIn(stored, 'count'),
    mean: numberIn(stored, 'mean'),
    m2: numberIn(stored, 'm2'),
    min: stored['min'] === null ? null : numberIn(stored, 'min'),
    max: stored['max'] === null ? null : numberIn(stored, 'max'),
  };
  if (stored['outside'] !== undefined) profile.outside = numberIn(stored, 'outside');
  return profile;
}

function numberIn(stored: Record<string, unknown>, key: keyof Profile): number {
  const value = stored[key];
  if (typeof value !== 'number') throw unreadable(`its ${key} is not a number`);
  return value;
}

/** Whether these are the bins of `spec`, as JSON has them. A range may be missing. */
function isStored(spec: BinSpec, stored: unknown): boolean {
  if (!isRecord(stored) || stored['kind'] !== spec.kind) return false;
  if (spec.kind === 'intervals') return isList(spec.edges, stored['edges']);
  if (stored['singletons'] !== spec.singletons) return false;
  if (spec.kind === 'values') return isList(spec.values, stored['values']);
  const others = stored['others'];
  return (
    isList(spec.categories, stored['categories']) &&
    (spec.others === null ? others === null : isList(spec.others, others))
  );
}

function isList(known: readonly (number | string)[], stored: unknown): boolean {
  if (!Array.isArray(stored) || stored.length !== known.length) return false;
  for (let at = 0; at < known.length; at += 1) if (stored[at] !== known[at]) return false;
  return true;
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
  if (!Array.isArray(value)) return false;
  for (const each of value) if (typeof each !== 'number') return false;
  return true;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
