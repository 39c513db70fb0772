import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScorer } from '../../src/serving/batch.ts';
import { flights } from '../training/spec.ts';

/* The windows of a reference come from them: docs/alarms.md. */
describe('the times of a dataset', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'row-times-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const scorer = createScorer({ read: async () => new Uint8Array() }, () => {
    throw new Error('nothing is scored here');
  });

  async function timesOf(name: string, more: string): Promise<number[] | undefined> {
    const path = join(dir, `${name}.parquet`);
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run(
      `COPY (SELECT 1 AS label, 5.0 AS distance, 'AA' AS carrier, ${more}) TO '${path}' (FORMAT parquet)`,
    );
    db.closeSync();
    instance.closeSync();
    const { times } = await scorer.read(path, flights);
    return times && [...times];
  }

  it.each([
    ['timestamp', "TIMESTAMP '2001-01-05 06:00' AS time", Date.parse('2001-01-05T06:00Z')],
    ['zoned', "TIMESTAMPTZ '2001-01-05 06:00:00+02' AS time", Date.parse('2001-01-05T04:00Z')],
    ['day', "DATE '2001-01-05' AS date", Date.parse('2001-01-05')],
    ['text', "'2001-01-05 06:00' AS time", Date.parse('2001-01-05T06:00Z')],
    ['unknown', 'CAST(NULL AS TIMESTAMP) AS time', Number.NaN],
  ])('are read from a column of type %s, in UTC', async (name, more, time) => {
    expect(await timesOf(name, more)).toEqual([time]);
  });

  it('are missing without such a column, or if it is none', async () => {
    expect(await timesOf('none', '1 AS other')).toBeUndefined();
    expect(await timesOf('number', '5 AS time')).toBeUndefined();
  });
});
