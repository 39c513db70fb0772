import type { Columns } from '../../src/core/ports/programs.ts';

/** Positions of at most `most` rows, spread over all of them. */
export function spread(total: number, most: number): number[] {
  const rows = Math.min(most, total);
  return Array.from({ length: rows }, (_, row) => Math.floor((row * total) / rows));
}

/** These rows, in this order. */
export function pickRows({ labels, features, entities }: Columns, at: readonly number[]): Columns {
  const pick = <T>(column: readonly T[]): T[] => at.flatMap((row) => column.slice(row, row + 1));
  return {
    labels: Float64Array.from(at, (row) => labels[row] ?? 0),
    features: Object.fromEntries(
      Object.entries(features).map(([name, column]) => [name, pick(column)]),
    ),
    ...(entities && { entities: pick(entities) }),
  };
}
