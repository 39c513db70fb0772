import { DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api';

/** A name as SQL has it. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** DuckDB's names of the types of a Parquet file, by column. */
export async function columnsOf(path: string): Promise<Map<string, string>> {
  return withRows(path, '*', 0, (reader) => {
    const types = reader.columnTypes();
    return new Map(reader.columnNames().map((name, at) => [name, String(types[at])]));
  });
}

/** In the order of the file. A separate database each time, so that runs cannot see each other's data. */
export function ask(path: string, selection: string): Promise<Map<string, readonly unknown[]>> {
  return withRows(path, selection, undefined, (reader) => {
    const values = reader.getColumns();
    return new Map(reader.columnNames().map((name, at) => [name, values[at] ?? []]));
  });
}

async function withRows<T>(
  path: string,
  selection: string,
  limit: number | undefined,
  read: (reader: DuckDBResultReader) => T,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    // Times without an offset are UTC, whatever the machine's time zone.
    await connection.run("SET TimeZone = 'UTC'");
    const reader = await connection.runAndReadAll(
      `SELECT ${selection} FROM read_parquet($path)${limit === undefined ? '' : ` LIMIT ${limit}`}`,
      { path },
    );
    return read(reader);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
