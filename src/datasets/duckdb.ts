import { createRequire } from 'node:module';
import type * as DuckDb from '@duckdb/node-api';

/**
 * DuckDB, loaded by `require`: `import` would parse each of its 120 CommonJS files for the names that it exports, which
 * takes twice as long as loading them, and is a quarter of a second at the start of a command.
 */
const duckdb: typeof DuckDb = createRequire(import.meta.url)('@duckdb/node-api');

export const { DuckDBDoubleVector, DuckDBInstance } = duckdb;
