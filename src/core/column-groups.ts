import { rounded } from './figures.ts';
import type { FeatureSchema } from './model.ts';

type Values = ArrayLike<number | string | null>;

/** The rows of a column in groups. */
export interface Grouped {
  /** The group of each row; −1 if it is in none. */
  of: Int32Array;
  names: string[];
}

const MOST_CATEGORIES = 20;
/** A number with no more values than this is one group a value. */
const FEW_VALUES = 8;
const MISSING = 'missing';

/**
 * The groups of a column: its most frequent categories; for numbers its values if they are few, otherwise
 * quarters of the rows. Nulls, NaN and infinite numbers are a group of their own.
 */
export function groupsOf(values: Values, kind: FeatureSchema[string]): Grouped {
  return kind === 'category' ? categories(values) : numbers(values);
}

function categories(values: Values): Grouped {
  const counts = new Map<string, number>();
  const nameOf = (row: number) => (values[row] === null ? MISSING : String(values[row]));
  for (let row = 0; row < values.length; row += 1) {
    const name = nameOf(row);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MOST_CATEGORIES)
    .map(([name]) => name);
  const place = new Map(names.map((name, at) => [name, at]));
  return { of: Int32Array.from(values, (_, row) => place.get(nameOf(row)) ?? -1), names };
}

function numbers(values: Values): Grouped {
  const finite: number[] = [];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row];
    if (typeof value === 'number' && Number.isFinite(value)) finite.push(value);
  }
  const sorted = Float64Array.from(finite).sort();
  const cuts = cutsOf(sorted);
  const names = [...namesOf(cuts, new Set(finite)), MISSING];
  const of = Int32Array.from(values, (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return names.length - 1;
    const at = cuts.findIndex((cut) => value <= cut);
    return at === -1 ? cuts.length : at;
  });
  return { of, names };
}

/** Upper ends of all groups but the last; ascending, without repeats. */
function cutsOf(sorted: Float64Array): number[] {
  const distinct = new Set<number>();
  for (const value of sorted) {
    distinct.add(value);
    if (distinct.size > FEW_VALUES) break;
  }
  if (distinct.size <= FEW_VALUES) return [...distinct].slice(0, -1);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const last = sorted.at(-1) ?? 0;
  return [...new Set([at(0.25), at(0.5), at(0.75)])].filter((cut) => cut < last);
}

function namesOf(cuts: readonly number[], values: ReadonlySet<number>): string[] {
  if (values.size <= FEW_VALUES) return [...values].sort((a, b) => a - b).map(rounded);
  const [first, last] = [cuts[0], cuts.at(-1)];
  if (first === undefined || last === undefined) return ['all'];
  const between = cuts.slice(1).map((cut, at) => `${rounded(cuts[at] ?? cut)} to ${rounded(cut)}`);
  return [`up to ${rounded(first)}`, ...between, `above ${rounded(last)}`];
}
