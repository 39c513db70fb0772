/**
 * The bins of one column, frozen with its reference and plain JSON, so that windows profiled
 * months apart and on other machines can be added up and compared.
 * `singletons`: reference rows whose value occurred once. It is what Good–Turing expects fresh
 * rows without drift to hold in values never seen (as a count out of the reference's rows).
 */
export type BinSpec =
  /**
   * (−∞, e₁], (e₁, e₂], …, (eₖ, ∞): one more bin than edges. `range`: the least and the greatest value
   * of the reference; missing in references of earlier releases.
   */
  | { kind: 'intervals'; edges: readonly number[]; range?: readonly [number, number] }
  /** One bin a value, ascending, and a last one for numbers the reference never held. */
  | { kind: 'values'; values: readonly number[]; singletons: number }
  /**
   * One bin a category, sorted, then `__other__`, then `__unseen__`. `others` are the reference's
   * rarer categories, sorted; undefined where they were too many to keep, and then whatever is
   * not a category of its own is `__other__`, since seen and unseen cannot be told apart.
   */
  | {
      kind: 'categories';
      categories: readonly string[];
      others: readonly string[] | null;
      singletons: number;
    };

/** How many bins a profile over this spec has. */
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

/** What to write under each bin, in the order of a profile's counts. */
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

/** Whether two profiles were counted into the same bins. */
export function sameBins(a: BinSpec, b: BinSpec): boolean {
  return a === b || identity(a) === identity(b);
}

/** Not the object itself: a store may have put its keys in another order. */
function identity(spec: BinSpec): string {
  switch (spec.kind) {
    case 'intervals':
      return JSON.stringify([spec.kind, spec.edges]);
    case 'values':
      return JSON.stringify([spec.kind, spec.values]);
    case 'categories':
      return JSON.stringify([spec.kind, spec.categories, spec.others]);
  }
}
