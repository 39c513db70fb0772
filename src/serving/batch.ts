import { DuckDBInstance } from '@duckdb/node-api';
import { Refused } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Columns, Scorer } from '../core/ports/programs.ts';
import type { ForkScoring } from './scoring/messages.ts';
import { scoreApart } from './scoring/score.ts';

/** Scores whole data sets by the runtime that the gateway serves with, so that what is judged is what is served. */
export function createScorer(artifacts: Pick<Artifacts, 'read'>, fork: ForkScoring): Scorer {
  return {
    async read(path, spec) {
      const names = Object.keys(spec.features);
      const present = await columnsOf(path);
      const missing = ['label', ...names].filter((name) => !present.includes(name));
      if (missing.length > 0)
        throw new Refused(`The rows that the dataset program wrote lack ${missing.join(', ')}.`, {
          next: 'It must write "label" and one column for each feature.',
        });
      const entity = present.includes('entity') ? ['entity'] : [];
      const selection = [
        'CAST(label AS DOUBLE) AS label',
        ...names.map((name) => castOf(name, spec)),
        ...entity.map((name) => `CAST(${quote(name)} AS VARCHAR) AS ${quote(name)}`),
      ];
      const found = await ask(path, selection.join(', '));
      return toColumns(found, names, entity.length > 0);
    },

    score: async (artifact, columns, schema, order) =>
      scoreApart(fork, { bytes: await artifacts.read(artifact), columns, schema, ...order }),
  };
}

function castOf(name: string, { features }: ModelSpec): string {
  return `CAST(${quote(name)} AS ${features[name] === 'number' ? 'DOUBLE' : 'VARCHAR'}) AS ${quote(name)}`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function toColumns(
  found: Map<string, readonly unknown[]>,
  names: readonly string[],
  entities: boolean,
): Columns {
  const labels = Uint8Array.from(found.get('label') ?? [], (value) => {
    if (value === 0 || value === 1) return value;
    throw new Refused(`The dataset program wrote the label ${String(value)}.`, {
      next: 'A label is 0 or 1.',
    });
  });
  const features = Object.fromEntries(
    names.map((name) => [name, (found.get(name) ?? []).map(plain)]),
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

async function columnsOf(path: string): Promise<string[]> {
  return [...(await ask(path, '*', 0)).keys()];
}

/** In the order of the file. A database of its own each time: nothing of one run is seen by another. */
async function ask(
  path: string,
  selection: string,
  limit?: number,
): Promise<Map<string, readonly unknown[]>> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT ${selection} FROM read_parquet($path)${limit === undefined ? '' : ` LIMIT ${limit}`}`,
      { path },
    );
    const values = reader.getColumns();
    return new Map(reader.columnNames().map((name, at) => [name, values[at] ?? []]));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
