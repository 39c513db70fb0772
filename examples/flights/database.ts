import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Runs `use` on an in-memory database that is gone afterwards. */
export async function withDatabase<T>(use: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  // Two threads: a training run shares the machine with the models that serve.
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const db = await instance.connect();
  try {
    return await use(db);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/** COPY and read_parquet take no parameters for paths in every place, so they are quoted here. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
