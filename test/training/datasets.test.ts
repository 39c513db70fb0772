import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NotFound, Refused } from '../../src/core/errors.ts';
import type { Window } from '../../src/core/model.ts';
import type { DatasetOrder } from '../../src/core/ports/programs.ts';
import { inspectDataset } from '../../src/datasets/inspect.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createScorer } from '../../src/serving/batch.ts';
import { createDatasets } from '../../src/training/datasets.ts';
import { ProgramFailed } from '../../src/training/program-failed.ts';
import { forkScoring } from '../compiled/fork.ts';
import { createRunner } from './runner.ts';
import { flights } from './spec.ts';

const runner = await createRunner();
afterAll(() => rm(runner.root, { recursive: true, force: true }));
const artifacts = createFolderArtifacts(join(runner.root, 'artifacts'));
const scorer = createScorer(artifacts, forkScoring);
const { folders, programs } = runner;
const datasets = createDatasets({ programs, folders, artifacts, inspect: inspectDataset });

/** One row a day of January 2001, in the format that the request asks for. */
const DAYS = `
  import { readFileSync } from 'node:fs';
  import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
  const { window, out } = JSON.parse(readFileSync(process.env.WHEELHOUSE_REQUEST, 'utf8'));
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run("COPY (SELECT dayofyear(d) % 2 AS label, dayofyear(d) * 10 AS distance, 'AA' AS carrier"
    + " FROM range(TIMESTAMP '2001-01-01', TIMESTAMP '2001-02-01', INTERVAL 1 DAY) t(d)"
    + " WHERE d >= '" + window.from.slice(0, 10) + "' AND d < '" + window.to.slice(0, 10) + "' ORDER BY d) TO '" + out + "' (FORMAT parquet)");
  console.log('wrote it');`;

const JANUARY: Window = { from: new Date('2001-01-05'), to: new Date('2001-01-15') };

let count = 0;
async function orderOf(script: string, more: Partial<DatasetOrder> = {}): Promise<DatasetOrder> {
  const run = `run-${++count}`;
  const file = join(runner.root, `${run}.mjs`);
  await writeFile(file, script);
  const dataset = [process.execPath, file] as const;
  const spec = { ...flights, programs: { ...flights.programs, dataset }, folder: runner.root };
  return { spec, run, window: JANUARY, signal: new AbortController().signal, ...more };
}

async function prepare(script: string, more?: Partial<DatasetOrder>) {
  const order = await orderOf(script, more);
  const prepared = await datasets.prepare(order).catch((error: unknown) => error);
  return { run: order.run, prepared };
}

describe('training/datasets', () => {
  it('keeps the rows as an artifact under their fingerprint', async () => {
    const { run, prepared } = await prepare(DAYS);
    expect(prepared).toMatchObject({
      fingerprint: {
        rows: 10,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        window: { from: new Date('2001-01-05'), to: new Date('2001-01-15') },
      },
    });
    expect(await readdir(join(runner.root, run))).toEqual(['log.txt']);
    expect(await folders.tail(run, 1)).toEqual(['wrote it']);
  });

  it('refuses a link to a file outside its folder', async () => {
    const secret = join(runner.root, 'predictions.parquet');
    const { prepared: real } = await prepare(
      `${DAYS}; (await import('node:fs')).copyFileSync(out, '${secret}');`,
    );
    expect(real).toMatchObject({ fingerprint: { rows: 10 } });
    const { prepared } = await prepare(
      `import { symlinkSync } from 'node:fs'; symlinkSync('${secret}', process.env.WHEELHOUSE_OUT);`,
    );
    expect(prepared).toBeInstanceOf(Refused);
    expect(String(prepared)).toContain("outside its run's folder");
  });

  it('gives the same rows the same fingerprint, and finds them again by it', async () => {
    const known = await datasets.prepare(await orderOf(DAYS));
    const twin = await datasets.prepare(await orderOf(DAYS));
    expect(twin).toEqual(known);
    const more = { ...JANUARY, to: new Date('2001-01-16') };
    const other = await datasets.prepare(await orderOf(DAYS, { window: more }));
    expect(other.fingerprint.sha256).not.toBe(known.fingerprint.sha256);
    const again = await datasets.open(known.fingerprint);
    expect(again).toEqual({ path: known.path, fingerprint: known.fingerprint });
    const columns = await scorer.read(again.path, flights);
    expect(Array.from(columns.labels)).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    expect(columns.features['distance']).toEqual([50, 60, 70, 80, 90, 100, 110, 120, 130, 140]);
    expect(columns.features['carrier']).toEqual(Array.from({ length: 10 }, () => 'AA'));
    await expect(
      datasets.open({ ...known.fingerprint, sha256: '0'.repeat(64) }),
    ).rejects.toBeInstanceOf(NotFound);
  });

  it('says in one line that a window has no rows', async () => {
    const { run, prepared } = await prepare(DAYS, {
      window: { from: new Date('2001-03-01'), to: new Date('2001-03-02') },
    });
    expect(prepared).toBeInstanceOf(Refused);
    expect(String(prepared)).toContain('flights has no rows from 2001-03-01 to 2001-03-02.');
    expect(await readdir(join(runner.root, run))).toEqual(['log.txt']);
  });

  it.each([
    ['', 'succeeded, but wrote no file'],
    [
      `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.WHEELHOUSE_OUT, 'a,b\\n1,2\\n');`,
      'is not a Parquet file',
    ],
  ])('says in one line what a program did not do: %s', async (script, words) => {
    const { run, prepared } = await prepare(script);
    expect(prepared).toBeInstanceOf(Refused);
    expect(String(prepared)).toContain(words);
    expect(String(prepared)).not.toContain('\n');
    expect(await readdir(join(runner.root, run))).toEqual([]);
  });

  it('leaves nothing behind of a program that failed or was cancelled', async () => {
    const failed = await prepare(`console.log('no such table'); process.exit(1);`);
    expect(failed.prepared).toBeInstanceOf(ProgramFailed);
    expect(await readdir(join(runner.root, failed.run))).toEqual(['log.txt']);

    const cancelled = await prepare(DAYS, {
      signal: AbortSignal.abort(new Error('cancelled')),
    });
    expect(String(cancelled.prepared)).toContain('cancelled');
    expect(await readdir(join(runner.root, cancelled.run))).toEqual([]);
  });
});
