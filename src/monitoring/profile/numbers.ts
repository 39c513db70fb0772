/** A missing value, which is counted separately from an unreadable value. */
export function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** The number of a value in a numeric column: booleans are 0 and 1, anything that is not a number is NaN. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  return Number.NaN;
}
