import { DuckDBInstance, type DuckDBResultReader } from '@duckdb/node-api';
import { Refused } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Columns, Scorer } from '../core/ports/programs.ts';
import { categoryText } from './category.ts';
import type { ForkScoring } from './scoring/messages.ts';
import { scoreApart } from './scoring/score.ts';

/** Scores whole data sets by the runtime that the gateway serves with, so that what is judged is what is served. */
export function createScorer(
  artifacts: Pick<Artifacts, 'read'>,
  fork: ForkScoring,
  /** For 1,024 rows, or for loading the file. */
  deadlineMs?: number,
): Scorer {
  return {
    async read(path, spec) {
      const names = Object.keys(spec.features);
      const types = await columnsOf(path);
      const missing = ['label', ...names].filter((name) => !types.has(name));
      if (missing.length > 0)
        throw new Refused(`The rows that the dataset program wrote lack ${missing.join(', ')}.`, {
          next: 'It must write "label" and one column for each feature.',
        });
      const entity = types.has('entity') ? ['entity'] : [];
      const selection = [
        'CAST(label AS DOUBLE) AS label',
        ...names.map((name) => castOf(name, spec, types.get(name) ?? '')),
        ...entity.map((name) => `CAST(${quote(name)} AS VARCHAR) AS ${quote(name)}`),
      ];
      const found = await ask(path, selection.join(', '));
      return toColumns(found, spec, entity.length > 0);
    },

    score: async (artifact, columns, schema, order) =>
      scoreApart(fork, {
        ...{ bytes: await artifacts.read(artifact), columns, schema },
        ...(deadlineMs !== undefined && { deadlineMs }),
        ...order,
      }),
  };
}

/** A fraction as a category stays a number here: `categoryText` writes it, as it does everywhere. */
function castOf(name: string, { features }: ModelSpec, type: string): string {
  const column = quote(name);
  if (features[name] === 'number' || /^(DOUBLE|DECIMAL)/.test(type))
    return `CAST(${column} AS DOUBLE) AS ${column}`;
  // By its own shortest text: 0.1 of 32 bits is not 0.10000000149011612.
  if (type === 'FLOAT') return `CAST(CAST(${column} AS VARCHAR) AS DOUBLE) AS ${column}`;
  return `CAST(${column} AS VARCHAR) AS ${column}`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function toColumns(
  found: Map<string, readonly unknown[]>,
  spec: ModelSpec,
  entities: boolean,
): Columns {
  const labels = Uint8Array.from(found.get('label') ?? [], (value) => {
    if (value === 0 || value === 1) return value;
    throw new Refused(`The dataset program wrote the label ${String(value)}.`, {
      next: 'A label is 0 or 1.',
    });
  });
  const features = Object.fromEntries(
    Object.entries(spec.features).map(([name, kind]) => {
      const column = found.get(name) ?? [];
      const textOf = (value: unknown) => categoryText(value, spec.nullCategory);
      return [name, (kind === 'category' ? column.map(textOf) : column).map(plain)];
    }),
  );
  return {
    labels,
    features,
    ...(entities && { entities: (found.get('entity') ?? []).map(String) }),
  };
}

function plain(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** DuckDB's names of the types, by column. */
async function columnsOf(path: string): Promise<Map<string, string>> {
  return withRows(path, '*', 0, (reader) => {
    const types = reader.columnTypes();
    return new Map(reader.columnNames().map((name, at) => [name, String(types[at])]));
  });
}

/** In the order of the file. A database of its own each time: nothing of one run is seen by another. */
function ask(path: string, selection: string): Promise<Map<string, readonly unknown[]>> {
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
