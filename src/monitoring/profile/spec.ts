/**
 * The bins of one column, frozen with its reference and plain JSON, so that windows profiled months apart and
 * on different machines can be added and compared. `singletons`: reference rows whose value occurs once.
 * According to Good–Turing, this is the expected number of unseen values in new rows without drift (out of the
 * reference's number of rows).
 */
export type BinSpec =
  /**
   * (−∞, e₁], (e₁, e₂], …, (eₖ, ∞): one more bin than edges. `range`: the smallest and largest value of the
   * reference; missing in references of earlier releases.
   */
  | { kind: 'intervals'; edges: readonly number[]; range?: readonly [number, number] }
  /** One bin per value, ascending, and a last one for unseen numbers. */
  | { kind: 'values'; values: readonly number[]; singletons: number }
  /**
   * One bin per category, sorted, then `__other__`, then `__unseen__`. `others` are the reference's rarer
   * categories, sorted; undefined if there were too many to store. Then everything without its own category is
   * `__other__`, because seen and unseen cannot be distinguished.
   */
  | {
      kind: 'categories';
      categories: readonly string[];
      others: readonly string[] | null;
      singletons: number;
    };

/** Number of bins of a profile with this spec. */
export function binCount(spec: BinSpec): number {
  switch (spec.kind) {
    case 'intervals':
      return spec.edges.length + 1;
    case 'values':
      return spec.values.length + 1;
    case 'categories':
      return spec.categories.length + 2;
  }
}

/** Labels of the bins, in the order of a profile's counts. */
export function binLabels(spec: BinSpec): string[] {
  switch (spec.kind) {
    case 'intervals': {
      const edges = spec.edges.map((edge) => String(Number(edge.toPrecision(4))));
      if (edges.length === 0) return ['any'];
      const between = edges.slice(1).map((edge, at) => `${edges[at]} to ${edge}`);
      return [`≤ ${edges[0]}`, ...between, `> ${edges.at(-1)}`];
    }
    case 'values':
      return [...spec.values.map(String), '__unseen__'];
    case 'categories':
      return [...spec.categories, '__other__', '__unseen__'];
  }
}

/** Whether two profiles were counted in the same bins. Not by identity: each is read from a store by itself. */
export function sameBins(a: BinSpec, b: BinSpec): boolean {
  if (a === b) return true;
  if (a.kind === 'intervals') return b.kind === 'intervals' && areSame(a.edges, b.edges);
  if (a.kind === 'values') return b.kind === 'values' && areSame(a.values, b.values);
  return (
    b.kind === 'categories' &&
    areSame(a.categories, b.categories) &&
    (a.others === null || b.others === null ? a.others === b.others : areSame(a.others, b.others))
  );
}

function areSame<T extends number | string>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
