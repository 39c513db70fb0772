import type { Binned } from './bins.ts';
import type { Derivatives } from './losses/loss.ts';

/** Sums over the rows of one leaf: of the whole leaf, and [gradient, hessian, rows] of each bin. */
export interface Histogram {
  cells: Float64Array;
  gradient: number;
  hessian: number;
  rows: number;
}

export interface Split {
  feature: number;
  /** Bins up to and with this one go left. */
  bin: number;
  gain: number;
}

interface Limits {
  fewestRows: number;
  l2: number;
}

const CELL = 3;
/** A leaf of certain rows has hardly any curvature: its step would be noise over noise. */
const LEAST_HESSIAN = 1e-3;

/** Builds histograms and finds splits on them. Keeps the memory from tree to tree. */
export class Histograms {
  readonly #features: Binned[];
  readonly #limits: Limits;
  readonly #offsets: number[] = [];
  /** The cells of a row, one for each feature, side by side: a row is read in one go. */
  readonly #cellsOf: Uint32Array;
  readonly #size: number;
  readonly #pool: Float64Array[] = [];
  #used = 0;

  constructor(features: Binned[], limits: Limits) {
    this.#features = features;
    this.#limits = limits;
    let cells = 0;
    for (const { edges } of features) {
      this.#offsets.push(cells);
      cells += (edges.length + 1) * CELL;
    }
    this.#size = cells;
    const width = features.length;
    this.#cellsOf = new Uint32Array(width * (features[0]?.bins.length ?? 0));
    features.forEach(({ bins }, feature) => {
      const offset = this.#offsets[feature] ?? 0;
      bins.forEach((bin, row) => {
        this.#cellsOf[row * width + feature] = offset + bin * CELL;
      });
    });
  }

  /** From here on the histograms given out before are no longer anybody's. */
  recycle(): void {
    this.#used = 0;
  }

  build(rows: Uint32Array, { gradients, hessians }: Derivatives): Histogram {
    const cells = this.#take();
    const cellsOf = this.#cellsOf;
    const width = this.#features.length;
    let [gradient, hessian] = [0, 0];
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      const g = gradients[row] ?? 0;
      const h = hessians[row] ?? 0;
      gradient += g;
      hessian += h;
      const end = (row + 1) * width;
      for (let of = row * width; of < end; of += 1) {
        const cell = cellsOf[of] ?? 0;
        cells[cell] = (cells[cell] ?? 0) + g;
        cells[cell + 1] = (cells[cell + 1] ?? 0) + h;
        cells[cell + 2] = (cells[cell + 2] ?? 0) + 1;
      }
    }
    return { cells, gradient, hessian, rows: rows.length };
  }

  /** `parent` less `part`, in the memory of `parent`, which is gone afterwards. */
  subtract(parent: Histogram, part: Histogram): Histogram {
    const { cells } = parent;
    for (let at = 0; at < cells.length; at += 1) {
      cells[at] = (cells[at] ?? 0) - (part.cells[at] ?? 0);
    }
    return {
      cells,
      gradient: parent.gradient - part.gradient,
      hessian: parent.hessian - part.hessian,
      rows: parent.rows - part.rows,
    };
  }

  /**
   * The split that lowers the regularised loss most (T. Chen and C. Guestrin, XGBoost, 2016,
   * equation 7 without γ), undefined where none lowers it.
   */
  bestSplit(histogram: Histogram): Split | undefined {
    const { cells, gradient, hessian, rows } = histogram;
    const { fewestRows, l2 } = this.#limits;
    if (rows < 2 * fewestRows) return undefined;
    const before = (gradient * gradient) / (hessian + l2);
    let [feature, bin, gain] = [-1, 0, 1e-9];
    for (let at = 0; at < this.#features.length; at += 1) {
      const edges = this.#features[at]?.edges.length ?? 0;
      const offset = this.#offsets[at] ?? 0;
      let [g, h, n] = [0, 0, 0];
      for (let edge = 0; edge < edges; edge += 1) {
        const cell = offset + edge * CELL;
        g += cells[cell] ?? 0;
        h += cells[cell + 1] ?? 0;
        n += cells[cell + 2] ?? 0;
        if (n < fewestRows || h < LEAST_HESSIAN) continue;
        if (rows - n < fewestRows || hessian - h < LEAST_HESSIAN) break;
        const rest = gradient - g;
        const lowered = (g * g) / (h + l2) + (rest * rest) / (hessian - h + l2) - before;
        if (lowered > gain) [feature, bin, gain] = [at, edge, lowered];
      }
    }
    return feature < 0 ? undefined : { feature, bin, gain };
  }

  #take(): Float64Array {
    const cells = this.#pool[this.#used] ?? new Float64Array(this.#size);
    this.#pool[this.#used] = cells;
    this.#used += 1;
    return cells.fill(0);
  }
}
