import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll } from 'vitest';

type Row = Readonly<Record<string, unknown>>;

/** A folder for the files of a test, removed afterwards. */
export function useFolder() {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-test-files-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const text = async (name: string, content: string | Uint8Array) => {
    await writeFile(at(name), content);
    return at(name);
  };
  return {
    at,
    text,
    csv: (name: string, rows: readonly Row[]) => text(name, toCsv(rows)),
    jsonl: (name: string, rows: readonly Row[]) =>
      text(name, rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    /** By a query, so the types are those of the query. */
    async parquet(name: string, query: string) {
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      await connection.run(`COPY (${query}) TO '${at(name)}' (FORMAT parquet)`);
      connection.closeSync();
      instance.closeSync();
      return at(name);
    },
  };
}

function toCsv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cell = (value: unknown) =>
    value === null || value === undefined ? '' : `"${String(value).replaceAll('"', '""')}"`;
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => `${cells.map(cell).join(',')}\n`)
    .join('');
}

/** What a command printed, and its exit code. */
export async function ran(
  run: (words: string[], out: { stdout: Sink; stderr: Sink }) => Promise<number>,
  ...words: string[]
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const sink = (to: 'out' | 'err'): Sink => ({
    write(text) {
      said[to] += text;
    },
  });
  const code = await run(words, { stdout: sink('out'), stderr: sink('err') });
  return { code, ...said };
}

interface Sink {
  write(text: string): void;
}
