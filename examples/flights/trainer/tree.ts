import type { Binned } from './bins.ts';
import { type Histogram, Histograms, type Split } from './histograms.ts';
import type { Derivatives } from './losses/loss.ts';

/** A tree as parallel arrays. Node 0 is the root; a leaf has `left` -1 and uses `value` only. */
export interface Tree {
  feature: number[];
  /** Rows with value <= threshold go left; missing ones go right. */
  threshold: number[];
  left: number[];
  right: number[];
  /** What the leaf adds to the raw score, float32. */
  value: number[];
}

interface Growth {
  leaves: number;
  learningRate: number;
  fewestRows: number;
  l2: number;
}

interface Leaf {
  node: number;
  start: number;
  end: number;
  histogram: Histogram;
  split: Split | undefined;
}

/**
 * Grows trees leaf by leaf, the leaf with the greatest gain first (H. Shi, Best-first Decision
 * Tree Learning, 2007; G. Ke et al., LightGBM, 2017). Holds the memory that all trees of one
 * training share.
 */
export class Grower {
  readonly #features: Binned[];
  readonly #growth: Growth;
  readonly #histograms: Histograms;
  readonly #rows: Uint32Array;
  readonly #scratch: Uint32Array;

  constructor(features: Binned[], rows: number, growth: Growth) {
    this.#features = features;
    this.#growth = growth;
    this.#histograms = new Histograms(features, growth);
    this.#rows = new Uint32Array(rows);
    this.#scratch = new Uint32Array(rows);
  }

  /** Fits one tree to the derivatives and adds its output to `scores`, the raw score of each row. */
  grow(of: Derivatives, scores: Float64Array): Tree {
    const tree: Tree = { feature: [], threshold: [], left: [], right: [], value: [] };
    this.#histograms.recycle();
    this.#rows.forEach((_, row) => {
      this.#rows[row] = row;
    });

    const root = this.#histograms.build(this.#rows, of);
    const leaves = [this.#leaf(tree, 0, this.#rows.length, root)];
    while (leaves.length < this.#growth.leaves) {
      const at = mostGain(leaves);
      const parent = leaves[at];
      if (!parent?.split) break;
      leaves.splice(at, 1, ...this.#divide(tree, parent, parent.split, of));
    }
    for (const leaf of leaves) this.#close(tree, leaf, scores);
    return tree;
  }

  #leaf(tree: Tree, start: number, end: number, histogram: Histogram): Leaf {
    const node = tree.left.push(-1) - 1;
    tree.right.push(-1);
    tree.feature.push(0);
    tree.threshold.push(0);
    tree.value.push(0);
    return { node, start, end, histogram, split: this.#histograms.bestSplit(histogram) };
  }

  #divide(
    tree: Tree,
    { node, start, end, histogram }: Leaf,
    { feature, bin }: Split,
    of: Derivatives,
  ): Leaf[] {
    const middle = this.#partition(start, end, feature, bin);
    const leftIsSmall = middle - start < end - middle;
    const [from, to] = leftIsSmall ? [start, middle] : [middle, end];
    // Only the smaller side is counted; the other is what remains of the parent.
    const small = this.#histograms.build(this.#rows.subarray(from, to), of);
    const large = this.#histograms.subtract(histogram, small);
    const left = this.#leaf(tree, start, middle, leftIsSmall ? small : large);
    const right = this.#leaf(tree, middle, end, leftIsSmall ? large : small);
    tree.feature[node] = feature;
    tree.threshold[node] = this.#features[feature]?.edges[bin] ?? 0;
    tree.left[node] = left.node;
    tree.right[node] = right.node;
    return [left, right];
  }

  /** Stable, so that rows are read in the order in which they lie in memory. */
  #partition(start: number, end: number, feature: number, bin: number): number {
    const bins = this.#features[feature]?.bins ?? new Uint8Array();
    let kept = start;
    let moved = 0;
    for (let at = start; at < end; at += 1) {
      const row = this.#rows[at] ?? 0;
      if ((bins[row] ?? 0) <= bin) this.#rows[kept++] = row;
      else this.#scratch[moved++] = row;
    }
    this.#rows.set(this.#scratch.subarray(0, moved), kept);
    return kept;
  }

  #close(tree: Tree, { node, start, end, histogram }: Leaf, scores: Float64Array): void {
    const { gradient, hessian } = histogram;
    const step = (-this.#growth.learningRate * gradient) / (hessian + this.#growth.l2);
    const value = Math.fround(step);
    tree.value[node] = value;
    for (let at = start; at < end; at += 1) {
      const row = this.#rows[at] ?? 0;
      scores[row] = (scores[row] ?? 0) + value;
    }
  }
}

function mostGain(leaves: Leaf[]): number {
  let best = 0;
  leaves.forEach(({ split }, at) => {
    if ((split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0)) best = at;
  });
  return best;
}
