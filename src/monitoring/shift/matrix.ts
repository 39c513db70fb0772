/** A square matrix, row by row. */
export interface Matrix {
  width: number;
  values: Float64Array;
}

export const entry = ({ width, values }: Matrix, row: number, column: number): number =>
  values[row * width + column] ?? 0;

/** By Gauss–Jordan elimination with partial pivoting; undefined for a singular matrix. */
export function inverse(matrix: Matrix): Matrix | undefined {
  const { width } = matrix;
  const left = Float64Array.from(matrix.values);
  const right = new Float64Array(width * width);
  for (let at = 0; at < width; at += 1) right[at * width + at] = 1;
  for (let column = 0; column < width; column += 1) {
    let pivot = column;
    const size = (row: number) => Math.abs(left[row * width + column] ?? 0);
    for (let row = column + 1; row < width; row += 1) if (size(row) > size(pivot)) pivot = row;
    if (size(pivot) < 1e-12) return undefined;
    for (const side of [left, right]) {
      swapRows(side, width, pivot, column);
    }
    const head = left[column * width + column] ?? 1;
    for (const side of [left, right])
      for (let at = 0; at < width; at += 1)
        side[column * width + at] = (side[column * width + at] ?? 0) / head;
    for (let row = 0; row < width; row += 1) {
      const times = left[row * width + column] ?? 0;
      if (row === column || times === 0) continue;
      for (const side of [left, right])
        for (let at = 0; at < width; at += 1)
          side[row * width + at] =
            (side[row * width + at] ?? 0) - times * (side[column * width + at] ?? 0);
    }
  }
  return { width, values: right };
}

/** The largest sum of absolute entries of a column. */
export function columnNorm(matrix: Matrix): number {
  const { width } = matrix;
  const sums = Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < width; row += 1) sum += Math.abs(entry(matrix, row, column));
    return sum;
  });
  return Math.max(0, ...sums);
}

function swapRows(values: Float64Array, width: number, a: number, b: number): void {
  if (a === b) return;
  for (let at = 0; at < width; at += 1) {
    const kept = values[a * width + at] ?? 0;
    values[a * width + at] = values[b * width + at] ?? 0;
    values[b * width + at] = kept;
  }
}
