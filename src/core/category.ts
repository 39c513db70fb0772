/**
 * The text of a category, the same wherever rows are read: when a version is judged, when its
 * reference is frozen and when it serves. A number is written as JavaScript does, so a whole one has
 * no `.0`: 19 and 19.0 are both "19". What is missing (null, NaN) is `nullCategory`.
 */
export function categoryText(value: unknown, nullCategory: string): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return nullCategory;
  return typeof value === 'number' ? String(value) : value;
}

/** How DuckDB reads a column of categories: a fraction stays a number, so that `categoryText` writes it. */
export function categorySql(column: string, type: string): string {
  if (/^(DOUBLE|DECIMAL)/.test(type)) return `CAST(${column} AS DOUBLE)`;
  // By its own shortest text: 0.1 of 32 bits is not 0.10000000149011612.
  if (type === 'FLOAT') return `CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`;
  return `CAST(${column} AS VARCHAR)`;
}
