import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import { readTrainerPredictions } from '../../src/serving/trainer-predictions.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-predictions-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const path = join(folder, 'predictions.parquet');

async function write(selection: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const db = await instance.connect();
  await db.run(`COPY (${selection}) TO '${path}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
}

const read = (rows = 3) => readTrainerPredictions(path, { task: binary }, rows);

describe('serving/trainer-predictions', () => {
  it('reads one prediction for each row, in their order', async () => {
    await write('SELECT range / 4 AS score, 1 AS other FROM range(3)');
    const { rows, answers } = await read();
    expect([Array.from(rows), Array.from(answers)]).toEqual([
      ...[
        [0, 1, 2],
        [0, 0.25, 0.5],
      ],
    ]);
  });

  it('reads some rows in any order, if they are named', async () => {
    await write('SELECT 5 - range AS row, 0.5::FLOAT AS score FROM range(3)');
    expect(Array.from((await read(6)).rows)).toEqual([5, 4, 3]);
  });

  it('finds the classes by their names, in whatever order they are written', async () => {
    await write(`SELECT 0.7 AS "on ""time""", 0.3 AS row FROM range(2)`);
    const spec = { task: multiclass, classes: ['row', 'on "time"'] };
    const { rows, answers } = await readTrainerPredictions(path, spec, 2);
    expect(Array.from(rows)).toEqual([0, 1]);
    expect(Array.from(answers)).toEqual([0.3, 0.7, 0.3, 0.7]);
  });

  it.each([
    ['another number of rows', 'SELECT 0.5 AS score FROM range(2)', /are 2 for 3 rows/],
    ['no rows', 'SELECT 0.5 AS score FROM range(0)', /are 0 for 3 rows/],
    ['another column', 'SELECT 0.5 AS value FROM range(3)', /lack the column score/],
    ['text', "SELECT 'high' AS score FROM range(3)", /no finite number as score in row 0/],
    ['NaN', "SELECT 'NaN'::DOUBLE AS score FROM range(3)", /no finite number/],
    ['a row that is not there', 'SELECT 3 AS row, 0.5 AS score', /name the row 3, .* 0 to 2/],
    ['half a row', 'SELECT 0.5 AS row, 0.5 AS score', /name the row 0\.5/],
    ['a row twice', 'SELECT 1 AS row, 0.5 AS score FROM range(2)', /name the row 1 twice/],
  ])('refuses %s in one line', async (_, selection, words) => {
    await write(selection);
    const refusal = await read().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refused);
    expect(String(refusal)).toMatch(words);
    expect(String(refusal)).not.toContain('\n');
  });

  it('refuses what is no Parquet file', async () => {
    await writeFile(path, 'score\n0.5\n');
    await expect(read()).rejects.toThrow(/cannot be read/);
  });
});
