import type { Profile } from './profile.ts';

/**
 * The given number of typical values, in proportion to the most frequent bins: the category, the value, or the
 * middle of the interval. If there are fewer bins, values repeat.
 */
export function typicalValues(
  { spec, counts, min, max }: Profile,
  many: number,
): (number | string)[] {
  const found = valuesOf(spec, [min ?? 0, max ?? 0])
    .map((value, bin) => ({ value, count: counts[bin] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ value }) => value);
  if (found.length === 0) return [];
  return Array.from({ length: many }, (_, at) => found.slice(at % found.length)[0] ?? '');
}

/** One per bin; bins for unseen values have none. */
function valuesOf(spec: Profile['spec'], [min, max]: [number, number]): (number | string)[] {
  switch (spec.kind) {
    case 'categories':
      return [...spec.categories];
    case 'values':
      return [...spec.values];
    case 'intervals': {
      const edges = [min, ...spec.edges, max];
      return edges.slice(1).map((edge, at) => (edge + (edges[at] ?? edge)) / 2);
    }
  }
}
