/**
 * The text of a category, the same wherever rows are read: in evaluations, in references and in serving. A
 * number is written as in JavaScript, so an integer has no `.0`: 19 and 19.0 are both "19". Missing values
 * (null, NaN) become `nullCategory`.
 */
export function categoryText(value: unknown, nullCategory: string): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return nullCategory;
  return typeof value === 'number' ? String(value) : value;
}

/** How DuckDB reads a column of categories: a fraction stays a number, so that `categoryText` formats it. */
export function categorySql(column: string, type: string): string {
  if (/^(DOUBLE|DECIMAL)/.test(type)) return `CAST(${column} AS DOUBLE)`;
  // By its own shortest text: a 32-bit 0.1 is not written as 0.10000000149011612.
  if (type === 'FLOAT') return `CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`;
  return `CAST(${column} AS VARCHAR)`;
}
