import type { Model } from './boost.ts';
import { encode } from './encoding.ts';
import type { Column } from './table.ts';
import type { Tree } from './tree.ts';

/**
 * The answers `[output][row]`, as the loss has them: probabilities, or a quantity. In double
 * precision over float32 parts.
 */
export function predict({ loss, inputs, start, trees }: Model, columns: Column[]): Float64Array[] {
  const values = inputs.flatMap(({ name, encodings }) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (!column) throw new RangeError(`predicting: no column ${name}`);
    if (column.kind === 'number') return [column.values];
    return (encodings ?? []).map((encoding) => encode(column.values, encoding));
  });
  const rows = values[0]?.length ?? 0;
  const raw = start.map((score) => new Float64Array(rows).fill(score));
  trees.forEach((tree, at) => {
    const scores = raw[at % raw.length];
    if (scores) addTree(tree, values, scores);
  });
  loss.answer(raw);
  return raw;
}

/** Adds to the raw score of each row what a tree says of it. */
function addTree(tree: Tree, values: Float32Array[], scores: Float64Array): void {
  // Typed arrays: every row takes several steps through them.
  const left = Int32Array.from(tree.left);
  const right = Int32Array.from(tree.right);
  const threshold = Float64Array.from(tree.threshold);
  const value = Float64Array.from(tree.value);
  const columns = tree.feature.map((feature) => values[feature] ?? new Float32Array());
  for (let row = 0; row < scores.length; row += 1) {
    let node = 0;
    for (let to = left[0] ?? -1; to >= 0; to = left[node] ?? -1) {
      const given = columns[node]?.[row] ?? Number.NaN;
      node = given <= (threshold[node] ?? 0) ? to : (right[node] ?? 0);
    }
    scores[row] = (scores[row] ?? 0) + (value[node] ?? 0);
  }
}
