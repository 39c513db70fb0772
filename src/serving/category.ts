/**
 * The text of a category, the same wherever rows are read: when a version is judged, when its
 * reference is frozen and when it serves. A number is written as JavaScript does, so a whole one has
 * no `.0`: 19 and 19.0 are both "19". What is missing (null, NaN) is `nullCategory`.
 */
export function categoryText(value: unknown, nullCategory: string): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return nullCategory;
  return typeof value === 'number' ? String(value) : value;
}
