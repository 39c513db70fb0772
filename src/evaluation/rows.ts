import type { Groups } from '../core/task.ts';

/** Throws when the columns of an evaluation cannot be read row by row. */
export function requirePaired(activity: string, ...columns: ArrayLike<unknown>[]): number {
  const rows = columns[0]?.length ?? 0;
  for (const column of columns) {
    if (column.length !== rows) {
      throw new RangeError(
        `${activity}: ${column.length} values stand beside ${rows} rows; pass one value a row`,
      );
    }
  }
  return rows;
}

/** Throws at the first label that is neither 0 nor 1. */
export function requireLabels(activity: string, labels: ArrayLike<number>): void {
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row];
    if (label !== 0 && label !== 1) {
      throw new RangeError(`${activity}: the label of row ${row} is ${label}; labels are 0 or 1`);
    }
  }
}

/** Throws at the first NaN or infinity: its rank would be arbitrary. */
export function requireFinite(activity: string, values: ArrayLike<number>): void {
  for (let row = 0; row < values.length; row += 1) {
    if (!Number.isFinite(values[row])) {
      throw new RangeError(
        `${activity}: row ${row} holds ${values[row]}; leave out rows without a finite number`,
      );
    }
  }
}

/** Numbers the entities by first appearance. Without entities every row is its own group. */
export function groupRows(rows: number, entities: ArrayLike<string | number> | undefined): Groups {
  const of = new Int32Array(rows);
  if (entities === undefined) {
    for (let row = 0; row < rows; row += 1) of[row] = row;
    return { of, count: rows };
  }
  const numbers = new Map<string | number, number>();
  for (let row = 0; row < rows; row += 1) {
    const entity = entities[row] ?? '';
    const number = numbers.get(entity) ?? numbers.size;
    numbers.set(entity, number);
    of[row] = number;
  }
  return { of, count: numbers.size };
}
