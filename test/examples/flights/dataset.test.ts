import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { literal, withDatabase } from '../../../examples/flights/database.ts';
import { flightsIn } from '../../../examples/flights/flights.ts';
import { folder, run } from './workspace.ts';

const SOURCE = join(
  createRequire(import.meta.url).resolve('vega-datasets'),
  '../../data/flights-3m.parquet',
);

const query = (sql: string) =>
  withDatabase(async (db) => (await db.runAndReadAll(sql)).getRowObjectsJS());

/** A dataset over the window with 50 rows a day, and its name in SQL. */
async function dataset(from: string, to: string, sample = 50) {
  const dir = await folder();
  const ended = await run('dataset', dir, { from, to, parameters: { sample } });
  expect(ended.stderr).toBe('');
  const path = join(dir, 'data.parquet');
  return { path, ended, table: `read_parquet(${literal(path)})` };
}

// Separate processes: on a busy machine each takes seconds to start.
describe('examples/flights/dataset', () => {
  let week: Awaited<ReturnType<typeof dataset>>;
  beforeAll(async () => {
    week = await dataset('2001-01-08', '2001-01-15');
  });

  it('writes the columns of the contract, ordered, inside the window', async () => {
    const [about] = await query(`
      SELECT CAST(count(*) AS DOUBLE) AS rows, CAST(count(DISTINCT id) AS DOUBLE) AS ids,
        min(time) >= '2001-01-08' AND max(time) < '2001-01-15' AS inside,
        min(label) AS least, max(label) AS most,
        CAST(count(*) FILTER (recent_lateness IS NULL) AS DOUBLE) AS nulls
      FROM ${week.table}`);
    expect(about).toEqual({ rows: 350, ids: 350, inside: true, least: 0, most: 1, nulls: 0 });

    const types = await query(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${week.table})`,
    );
    expect(
      Object.fromEntries(types.map((row) => [row['column_name'], row['column_type']])),
    ).toEqual({
      id: 'VARCHAR',
      time: 'TIMESTAMP',
      label: 'INTEGER',
      hour: 'DOUBLE',
      weekday: 'DOUBLE',
      distance: 'DOUBLE',
      origin: 'VARCHAR',
      destination: 'VARCHAR',
      recent_lateness: 'DOUBLE',
    });

    const rows = await query(`SELECT time || ' ' || id AS key FROM ${week.table}`);
    const keys = rows.map((row) => String(row['key']));
    expect(keys).toEqual(keys.toSorted());
    expect(week.ended.reports).toContainEqual({ metric: 'rows', value: 350 });
  });

  it('gives the same bytes for the same request', async () => {
    const again = await dataset('2001-01-08', '2001-01-15');
    const digest = async (path: string) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    expect(await digest(again.path)).toBe(await digest(week.path));
  });

  it('gives the same rows however the window is split, and a smaller sample is part of a larger one', async () => {
    const at = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });
    const days = `(${flightsIn(at('2001-01-09', '2001-01-11'), 50, 'late')})`;
    const fewer = `(${flightsIn(at('2001-01-08', '2001-01-15'), 20, 'late')})`;
    const [missing] = await query(`
      SELECT CAST((SELECT count(*) FROM (FROM ${days} EXCEPT FROM ${week.table})) AS DOUBLE) AS cut,
        CAST((SELECT count(*) FROM (FROM ${fewer} EXCEPT FROM ${week.table})) AS DOUBLE) AS fewer,
        CAST((SELECT count(*) FROM ${days}) AS DOUBLE) AS days`);
    expect(missing).toEqual({ cut: 0, fewer: 0, days: 100 });
  });

  it('counts in recent_lateness only flights that landed in the four hours before', async () => {
    // Flight by flight, with the landing computed differently from the program's window function.
    const compared = await query(`
      WITH picked AS (SELECT * FROM ${week.table} USING SAMPLE reservoir(60 ROWS) REPEATABLE (7)),
      landed AS (
        SELECT origin, delay, date,
          date + INTERVAL 45 MINUTES + to_seconds(round(distance / 7.5) * 60) AS known
        FROM read_parquet(${literal(SOURCE)})
        WHERE date BETWEEN '2001-01-07' AND '2001-01-15'
      )
      SELECT picked.recent_lateness AS got,
        (coalesce(sum(CASE WHEN delay < -15 THEN -15 WHEN delay > 60 THEN 60 ELSE delay END), 0) + 60)
          / (count(delay) + 10) AS naive,
        CAST(count(delay) AS DOUBLE) AS flights,
        coalesce(max(date) < any_value(picked.time), true) AS before
      FROM picked LEFT JOIN landed ON landed.origin = picked.origin
        AND landed.known <= picked.time AND landed.known >= picked.time - INTERVAL 4 HOURS
      GROUP BY picked.id, picked.recent_lateness`);
    expect(compared).toHaveLength(60);
    for (const row of compared) {
      expect(row['got']).toBeCloseTo(Number(row['naive']), 9);
      expect(row['before']).toBe(true);
    }
    expect(Math.max(...compared.map((row) => Number(row['flights'])))).toBeGreaterThan(50);
  });

  it('labels a flight late from sixteen minutes on', async () => {
    const [wrong] = await query(`
      SELECT CAST(count(*) FILTER (label <> CAST(delay > 15 AS INTEGER)) AS DOUBLE) AS wrong,
        CAST(count(*) FILTER (delay IN (15, 16)) AS DOUBLE) AS edge
      FROM ${week.table} AS data
      JOIN read_parquet(${literal(SOURCE)}, file_row_number = true) AS source
        ON data.id = format('f{:07d}', source.file_row_number)`);
    expect(wrong?.['wrong']).toBe(0);
    expect(wrong?.['edge']).toBeGreaterThan(0);
  });

  it('labels a flight by its minutes, capped, and by whether it is early, on time or late', async () => {
    const week = { from: new Date('2001-01-08'), to: new Date('2001-01-15') };
    // A year's extremes would need more rows; the caps show in a whole week.
    const [odd] = await query(`
      WITH labels AS (
        SELECT id, minutes.label AS minutes, lateness.label AS class
        FROM (${flightsIn(week, 5000, 'delay')}) AS minutes
        JOIN (${flightsIn(week, 5000, 'lateness')}) AS lateness USING (id)
      )
      SELECT CAST(count(*) FILTER (minutes <> greatest(-60, least(180, delay))) AS DOUBLE) AS wrong,
        min(minutes) AS least, max(minutes) AS most, CAST(max(delay) AS DOUBLE) AS raw,
        list_sort(list(DISTINCT class || ' ' || CASE
          WHEN delay IN (-1, 0, 15, 16) THEN CAST(delay AS VARCHAR) ELSE '' END)) AS edges
      FROM labels
      JOIN read_parquet(${literal(SOURCE)}, file_row_number = true) AS source
        ON id = format('f{:07d}', source.file_row_number)`);
    expect(odd).toMatchObject({ wrong: 0, most: 180 });
    expect(odd?.['least']).toBeGreaterThanOrEqual(-60);
    expect(odd?.['raw']).toBeGreaterThan(180);
    expect(odd?.['edges']).toEqual([
      'early ',
      'early -1',
      'late ',
      'late 16',
      'on time ',
      'on time 0',
      'on time 15',
    ]);
  });

  it('refuses a sample of no rows with one line', async () => {
    const ended = await run('dataset', await folder(), { parameters: { sample: 0 } });
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim()).toMatch(/^reading the parameters: sample: [^\n]+$/);
  });
});
