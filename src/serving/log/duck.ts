import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Window } from '../../core/model.ts';
import type { Segment, SegmentKind, Segments } from './segments.ts';

/** An in-memory database, until it is closed. An abort interrupts the running query. */
export async function openDuck(
  signal?: AbortSignal,
): Promise<{ connection: DuckDBConnection; close(): void }> {
  signal?.throwIfAborted();
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt);
  const close = () => {
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  };
  // Rows are returned in the order of the files unless requested otherwise.
  await connection.run('SET preserve_insertion_order = true');
  return { connection, close };
}

/** Runs `work` on an in-memory database, which is closed afterwards. */
export async function withDuck<T>(
  work: (connection: DuckDBConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { connection, close } = await openDuck(signal);
  try {
    return await work(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    close();
  }
}

const COLUMNS = {
  predictions: {
    raw: `{id:'VARCHAR', time:'VARCHAR', version:'INTEGER', features:'JSON', score:'DOUBLE', value:'DOUBLE', class:'VARCHAR', probabilities:'DOUBLE[]', elsewhere:'BOOLEAN'}`,
    select:
      'id, try_cast("time" AS TIMESTAMP) AS "time", version, features::VARCHAR AS features, score, value, class, probabilities, elsewhere',
    empty:
      'NULL::VARCHAR AS id, NULL::TIMESTAMP AS "time", NULL::INTEGER AS version, NULL::VARCHAR AS features, NULL::DOUBLE AS score, NULL::DOUBLE AS value, NULL::VARCHAR AS class, NULL::DOUBLE[] AS probabilities, NULL::BOOLEAN AS elsewhere',
  },
  labels: {
    raw: `{id:'VARCHAR', label:'DOUBLE', class:'VARCHAR', received:'VARCHAR'}`,
    select: 'id, label, class, try_cast(received AS TIMESTAMP) AS received',
    empty:
      'NULL::VARCHAR AS id, NULL::DOUBLE AS label, NULL::VARCHAR AS class, NULL::TIMESTAMP AS received',
  },
} as const;

/** A query for all rows of the segments. Incomplete or damaged lines are left out. */
export function rowsOf(kind: SegmentKind, segments: Pick<Segments, 'raw' | 'parquet'>): string {
  const { raw, select, empty } = COLUMNS[kind];
  const parts: string[] = [];
  if (segments.parquet.length > 0)
    // Files from before there were other tasks lack their columns: the empty row set has them all.
    parts.push(
      `SELECT ${select} FROM (SELECT ${empty} WHERE false UNION ALL BY NAME SELECT * FROM read_parquet(${paths(segments.parquet)}, union_by_name = true))`,
    );
  if (segments.raw.length > 0)
    parts.push(
      `SELECT ${select} FROM read_json(${paths(segments.raw)}, format = 'newline_delimited',
         columns = ${raw}, ignore_errors = true) WHERE id IS NOT NULL`,
    );
  return parts.length > 0 ? parts.join(' UNION ALL ') : `SELECT ${empty} WHERE false`;
}

export function within(column: string, { from, to }: Window): string {
  return `${column} >= ${timestamp(from)} AND ${column} < ${timestamp(to)}`;
}

export function timestamp(date: Date): string {
  return `make_timestamp(${date.getTime() * 1000}::BIGINT)`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const paths = (segments: readonly Segment[]) =>
  `[${segments.map(({ path }) => quoted(path)).join(', ')}]`;
