/** A column of categories: each row has the position of its value in `values`. */
export interface Coded {
  values: readonly (string | null)[];
  codes: Int32Array;
}

/** Values of one feature, a row each, without an object a row: numbers (NaN for none), or categories. */
export type FeatureColumn = Float64Array | Coded;

/** Rows `from` up to `to` of a column, which shares the memory of the whole one. */
export function rowsOf(column: FeatureColumn, from: number, to: number): FeatureColumn {
  if (!('codes' in column)) return column.subarray(from, to);
  return { values: column.values, codes: column.codes.subarray(from, to) };
}

/** Collects the rows of a column of categories; every value is kept once. */
export function codedRows(capacity: number) {
  const codes = new Int32Array(capacity);
  const values: (string | null)[] = [];
  const known = new Map<string | null, number>();
  return {
    set(row: number, value: string | null): void {
      let code = known.get(value);
      if (code === undefined) {
        code = values.push(value) - 1;
        known.set(value, code);
      }
      codes[row] = code;
    },
    column: (rows: number): Coded => ({ values, codes: codes.subarray(0, rows) }),
  };
}
