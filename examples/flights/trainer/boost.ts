import { bin } from './bins.ts';
import { type Encoding, encodeOutOfFold, targetEncoding } from './encoding.ts';
import type { Loss } from './losses/loss.ts';
import type { Column, Table } from './table.ts';
import { Grower, type Tree } from './tree.ts';

/** One input of a model: a number as it is, or a category through its encodings. */
export type Input = { name: string; encodings?: Encoding[] };

export interface Model {
  loss: Loss;
  /** In the order of the answers; empty where they are no classes. */
  classes: readonly string[];
  inputs: Input[];
  /** Raw scores before the first tree, float32. */
  start: number[];
  /** Round by round, in each a tree for each raw score. */
  trees: Tree[];
}

interface Settings {
  /** For each raw score. */
  trees: number;
  leaves: number;
  learningRate: number;
  seed: number;
}

const FEWEST_ROWS = 40;
const L2 = 1;

/**
 * Gradient-boosted trees with second-order steps (J. Friedman, 2001; T. Chen and C. Guestrin, 2016).
 * Same rows, same settings: the same model, bit by bit.
 * `onRound` is called after each round of trees with the number of rounds so far.
 */
export function boost(
  { rows, target, columns }: Table,
  loss: Loss,
  { trees: rounds, leaves, learningRate, seed }: Settings,
  onRound: (grown: number) => void = () => {},
): Model {
  const indicators = loss.indicators(target);
  const features = columns.flatMap((column) =>
    column.kind === 'number'
      ? [bin(column.values)]
      : indicators.map((values) => bin(encodeOutOfFold(column.values, values, seed))),
  );
  const limits = { leaves, learningRate, fewestRows: FEWEST_ROWS, l2: L2 };
  const grower = new Grower(features, rows, limits);

  const start = loss.start(target);
  const raw = start.map((score) => new Float64Array(rows).fill(score));
  const derivatives = start.map(() => ({
    gradients: new Float64Array(rows),
    hessians: new Float64Array(rows),
  }));
  const trees: Tree[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    loss.derive(raw, target, derivatives);
    derivatives.forEach((of, output) => {
      trees.push(grower.grow(of, raw[output] ?? new Float64Array()));
    });
    onRound(round);
  }
  const inputs = columns.map((column) => inputOf(column, indicators));
  return { loss, classes: target.classes, inputs, start, trees };
}

function inputOf(column: Column, indicators: Float64Array[]): Input {
  const { name } = column;
  if (column.kind === 'number') return { name };
  return { name, encodings: indicators.map((values) => targetEncoding(column.values, values)) };
}
