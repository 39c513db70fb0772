/** The time of the rows of a dataset: docs/training-contract.md calls it `time`. */

const NAMES = ['time', 'timestamp', 'date'];

/** The column that says when each row happened; undefined if there is none, or it is a feature. */
export function timeColumn(
  columns: { has(name: string): boolean },
  features: Readonly<Record<string, unknown>>,
): string | undefined {
  return NAMES.find((name) => columns.has(name) && !Object.hasOwn(features, name));
}

/**
 * DuckDB's SQL for a column's times in milliseconds since the epoch, null where they cannot be read. Without an offset
 * they are in the time zone of the connection, which must be UTC. `column` is quoted.
 */
export function timeSql(column: string): string {
  return `epoch_ms(TRY_CAST(${column} AS TIMESTAMPTZ))`;
}

/** Whether DuckDB can read times from a column of this type. */
export function holdsTimes(type: string): boolean {
  return /^(?:DATE|TIMESTAMP.*|VARCHAR|ENUM\(.*\))$/s.test(type);
}
