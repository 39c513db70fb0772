import { DuckDBDoubleVector } from '@duckdb/node-api';
import { quote } from '../sql.ts';
import { countNulls } from './nulls.ts';
import type { Table, Tables } from './open.ts';

/** A numeric column: its finite values, and how many of its rows hold none. */
export interface Numbers {
  values: Float64Array<ArrayBuffer>;
  nulls: number;
  /** NaN, and texts that are no number. */
  nans: number;
  infinities: number;
}

/** Bytes of values in one group. Two are held at once: one that is read, and one that is compared. */
const BATCH_BYTES = 64_000_000;

/** Groups of columns that may be read at once. `rows` of all files together. */
export function inBatches<T>(columns: readonly T[], rows: number): T[][] {
  const size = Math.max(1, Math.floor(BATCH_BYTES / (8 * Math.max(1, rows))));
  return Array.from({ length: Math.ceil(columns.length / size) }, (_, at) =>
    columns.slice(at * size, (at + 1) * size),
  );
}

/**
 * Reads some numeric columns, in one pass over the file and without an object for each row. `held`: memory to read
 * into, where there is some from another group.
 */
export async function readNumbers(
  table: Table,
  names: readonly string[],
  held: readonly ArrayBuffer[],
  connection: Tables['connection'],
): Promise<Numbers[]> {
  const { sql, columns, rows } = table;
  const found = names.map((_, at) => reading(held[at] ?? new ArrayBuffer(rows * 8)));
  const values = names.map((name) => numberSql(name, columns.get(name) ?? ''));
  const result = await connection.stream(`SELECT ${values.join(', ')} FROM ${sql}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    for (const [at, { add }] of found.entries()) {
      const vector = chunk.getColumnVector(at);
      if (!(vector instanceof DuckDBDoubleVector))
        throw new Error(`reading numbers: column ${at} came as ${vector.type}`);
      add(vector);
    }
  }
  const numbers = found.map(({ done }) => done());
  const odd = names.filter((_, at) => (numbers[at]?.nans ?? 0) > 0);
  if (odd.length > 0) {
    const nulls = await countNulls(table, odd, connection);
    names.forEach((name, at) => {
      const one = numbers[at];
      if (!one) return;
      one.nulls = nulls.get(name) ?? 0;
      one.nans -= one.nulls;
    });
  }
  return numbers;
}

/** A null is NaN here and counted apart: to look for it among the bits of each vector takes ten times as long. */
function numberSql(name: string, type: string): string {
  const text = textSql(name, type);
  const value = type === 'VARCHAR' || type === 'JSON' ? text : quote(name);
  return `coalesce(TRY_CAST(${value} AS DOUBLE), 'NaN'::DOUBLE)`;
}

/** A value as the text of a category: 19 and 19.0 are the same, and a text in JSON has no quotes. */
export function textSql(name: string, type: string, table?: string): string {
  const column = table === undefined ? quote(name) : `${table}.${quote(name)}`;
  if (type === 'JSON') return `(${column}->>'$')`;
  const text = `CAST(${column} AS VARCHAR)`;
  return /^(?:DOUBLE|FLOAT|DECIMAL)/.test(type) ? `regexp_replace(${text}, '\\.0+$', '')` : text;
}

function reading(memory: ArrayBuffer) {
  const values = new Float64Array(memory);
  let [length, nans, infinities] = [0, 0, 0];
  return {
    add(vector: DuckDBDoubleVector): void {
      for (let row = 0; row < vector.itemCount; row += 1) {
        const value = vector.getItem(row) ?? Number.NaN;
        if (Number.isFinite(value)) {
          values[length] = value;
          length += 1;
        } else if (Number.isNaN(value)) nans += 1;
        else infinities += 1;
      }
    },
    done: (): Numbers => ({ values: values.subarray(0, length), nulls: 0, nans, infinities }),
  };
}
