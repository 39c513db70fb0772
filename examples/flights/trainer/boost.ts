import { bin } from './bins.ts';
import { type Encoding, encode, encodeOutOfFold, targetEncoding } from './encoding.ts';
import type { Column, Table } from './table.ts';
import { Grower, type Tree } from './tree.ts';

/** One input of a model: a number as it is, or a category through its encoding. */
export type Input = { name: string; encoding?: Encoding };

export interface Model {
  inputs: Input[];
  /** Log odds before the first tree, float32. */
  base: number;
  trees: Tree[];
}

interface Settings {
  trees: number;
  leaves: number;
  learningRate: number;
  seed: number;
}

const FEWEST_ROWS = 40;
const L2 = 1;

/**
 * Gradient-boosted trees on the binary log loss with second-order steps (J. Friedman, 2001; T. Chen
 * and C. Guestrin, 2016). Same rows, same settings: the same model, bit by bit.
 * `onTree` is called after each tree with the number grown so far.
 */
export function boost(
  { rows, labels, columns }: Table,
  { trees: count, leaves, learningRate, seed }: Settings,
  onTree: (grown: number) => void = () => {},
): Model {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const base = Math.fround(Math.log(positives / (rows - positives)));
  const features = columns.map((column) => bin(trainingValues(column, labels, seed)));
  const grower = new Grower(features, rows, {
    leaves,
    learningRate,
    fewestRows: FEWEST_ROWS,
    l2: L2,
  });

  const margins = new Float64Array(rows).fill(base);
  const gradients = new Float64Array(rows);
  const hessians = new Float64Array(rows);
  const trees: Tree[] = [];
  while (trees.length < count) {
    for (let row = 0; row < rows; row += 1) {
      const probability = sigmoid(margins[row] ?? 0);
      gradients[row] = probability - (labels[row] ?? 0);
      hessians[row] = probability * (1 - probability);
    }
    trees.push(grower.grow(gradients, hessians, margins));
    onTree(trees.length);
  }
  return { inputs: columns.map((column) => inputOf(column, labels)), base, trees };
}

/** Probability of the positive class, one a row, in double precision over float32 parts. */
export function predict({ inputs, base, trees }: Model, columns: Column[]): Float64Array {
  const values = inputs.map(({ name, encoding }) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (!column) throw new RangeError(`predicting: no column ${name}`);
    if (column.kind === 'number') return column.values;
    return encode(column.values, encoding ?? { values: new Map(), unseen: 0 });
  });
  const rows = values[0]?.length ?? 0;
  return Float64Array.from({ length: rows }, (_, row) => {
    let margin = base;
    for (const tree of trees) margin += leafValue(tree, values, row);
    return sigmoid(margin);
  });
}

function leafValue(tree: Tree, values: Float32Array[], row: number): number {
  let node = 0;
  for (let left = tree.left[0] ?? -1; left >= 0; left = tree.left[node] ?? -1) {
    const value = values[tree.feature[node] ?? 0]?.[row] ?? Number.NaN;
    node = value <= (tree.threshold[node] ?? 0) ? left : (tree.right[node] ?? 0);
  }
  return tree.value[node] ?? 0;
}

function trainingValues(column: Column, labels: Uint8Array, seed: number): Float32Array {
  if (column.kind === 'number') return column.values;
  return encodeOutOfFold(column.values, labels, seed);
}

function inputOf(column: Column, labels: Uint8Array): Input {
  const { name } = column;
  if (column.kind === 'number') return { name };
  return { name, encoding: targetEncoding(column.values, labels) };
}

function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}
