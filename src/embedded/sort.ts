import { StoreError } from './errors.ts';
import { compare, type Doc, valuesAt } from './values.ts';

type Direction = { path: string; direction: 1 | -1 };

/** Stable, like MongoDB's: the least value at the path decides upwards, the greatest downwards. */
export function sortDocs<T>(docs: T[], by: Doc): T[] {
  const directions = Object.entries(by).map(([path, direction]): Direction => {
    if (direction !== 1 && direction !== -1) {
      throw new StoreError('BadValue', `sorting by '${path}' takes 1 or -1`);
    }
    return { path, direction };
  });
  const keyed = docs.map((doc) => ({
    doc,
    keys: directions.map(({ path, direction }) => sortKey(doc, path, direction)),
  }));
  keyed.sort((a, b) => {
    for (const [i, { direction }] of directions.entries()) {
      const verdict = direction * compare(a.keys[i], b.keys[i]);
      if (verdict !== 0) return verdict;
    }
    return 0;
  });
  return keyed.map(({ doc }) => doc);
}

function sortKey(doc: unknown, path: string, direction: 1 | -1): unknown {
  const [first, ...rest] = valuesAt(doc, path);
  // An array sorts by its elements, never as a whole.
  const candidates = Array.isArray(first) ? rest : [first, ...rest];
  return candidates.reduce((a, b) => (direction * compare(a, b) <= 0 ? a : b), candidates[0]);
}
