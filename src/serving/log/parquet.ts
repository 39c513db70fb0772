import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WheelhouseError } from '../../core/errors.ts';
import { quoted } from './duck.ts';
import { type SegmentKind, syncPath } from './segments.ts';

/** One kind of log of one model. */
export interface LogFolder {
  connection: DuckDBConnection;
  folder: string;
  kind: SegmentKind;
  onProblem(problem: WheelhouseError): void;
}

/** Writes the rows of a query to a file that appears atomically. */
export async function writeParquet(
  connection: DuckDBConnection,
  folder: string,
  path: string,
  rows: string,
) {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await connection.run(
      `COPY (${rows}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await syncPath(temporary);
    await rename(temporary, path);
  } catch (error) {
    // Half a file on a full disk would only waste space.
    await rm(temporary, { force: true });
    throw error;
  }
  await syncPath(folder);
}
