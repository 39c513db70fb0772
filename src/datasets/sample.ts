import { DuckDBInstance } from '@duckdb/node-api';

/** Writes a random sample of the rows of a Parquet file: the same for the same file, in the order of the file. */
export async function sampleRows(path: string, rows: number, out: string): Promise<void> {
  // The sample depends on the seed only if one thread draws it.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (
         SELECT * EXCLUDE (file_row_number) FROM (
           SELECT * FROM read_parquet(${quoted(path)}, file_row_number = true)
           USING SAMPLE reservoir(${Math.floor(rows)} ROWS) REPEATABLE (1)
         ) ORDER BY file_row_number
       ) TO ${quoted(out)} (FORMAT parquet)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
