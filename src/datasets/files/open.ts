import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import { BadInput, type WheelhouseError } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import { quote } from '../sql.ts';
import { csvFault } from './csv-fault.ts';
import { type Sniffed, sniff } from './sniff.ts';

/** One file as a table. */
export interface Table {
  /** Of the database, for SQL. */
  sql: string;
  /** Of the file, as it was asked for. */
  name: string;
  rows: number;
  /** Columns with their types as DuckDB calls them, in the order of the file. */
  columns: ReadonlyMap<string, string>;
}

export interface Tables {
  tables: Table[];
  connection: DuckDBConnection;
}

/**
 * Opens Parquet, CSV and JSON lines files as tables of one database, closed after `work`. Parquet is read where it
 * lies; the others are read once, since each query would parse them again. Needs no server and no network.
 * Throws NotFound where a file is not there, and BadInput where it cannot be read.
 */
export async function withTables<T>(
  paths: readonly string[],
  work: (opened: Tables) => Promise<T>,
): Promise<T> {
  const files: Sniffed[] = [];
  for (const path of paths) files.push(await sniff(path));
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-files-'));
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '2',
      memory_limit: '1GB',
      // What does not fit goes here, and not to a folder in the current one.
      temp_directory: folder,
      autoinstall_known_extensions: 'false',
    });
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      const tables: Table[] = [];
      for (const [at, file] of files.entries())
        tables.push(await tableOf(connection, file, `file_${at}`));
      return await work({ tables, connection });
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tableOf(connection: DuckDBConnection, file: Sniffed, sql: string): Promise<Table> {
  const { path, name, format } = file;
  // A name may hold what DuckDB takes for a pattern.
  const literal = `'${path.replaceAll("'", "''").replace(/[*?[]/g, '[$&]')}'`;
  const reader = {
    parquet: `read_parquet(${literal})`,
    // Types by all rows: a text in the last one is no reason to fail.
    csv: `read_csv(${literal}, header = true, skip = 0, sample_size = -1)`,
    json: `read_json(${literal}, sample_size = -1)`,
  }[format];
  const kind = format === 'parquet' ? 'VIEW' : 'TABLE';
  try {
    await connection.run(`CREATE TEMP ${kind} ${quote(sql)} AS SELECT * FROM ${reader}`);
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE AS n FROM ${sql}`);
    const described = await connection.runAndReadAll(`DESCRIBE ${quote(sql)}`);
    const columns = described
      .getRowObjectsJS()
      .map((row) => [String(row['column_name']), String(row['column_type'])] as const);
    const fault =
      format === 'csv' && columns.length === 1 ? await csvFault(literal, connection) : undefined;
    if (fault) throw new BadInput(`Reading ${name} as CSV: ${fault.what}`, { next: fault.next });
    return {
      sql,
      name,
      rows: Number(counted.getRowObjectsJS()[0]?.['n']),
      columns: new Map(columns),
    };
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    const fault =
      format === 'csv' ? await csvFault(literal, connection).catch(() => {}) : undefined;
    if (fault)
      throw new BadInput(`Reading ${name} as CSV: ${fault.what}`, { next: fault.next, cause });
    throw unreadable(file, cause);
  }
}

/** DuckDB says in its first lines what is wrong, and then quotes the query. */
function unreadable({ name, path, format }: Sniffed, cause: unknown): WheelhouseError {
  const said = cause instanceof Error ? (cause.message.split('\n\n')[0] ?? '') : String(cause);
  const words = { parquet: 'Parquet', csv: 'CSV', json: 'JSON lines' }[format];
  const reason = oneLine(said.replaceAll(path, name).replaceAll('\n', ' ')).slice(0, 300);
  return new BadInput(`Reading ${name} as ${words}: ${reason}`, { cause });
}
