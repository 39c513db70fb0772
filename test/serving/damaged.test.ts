import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WheelhouseError } from '../../src/core/errors.ts';
import { compactSegments } from '../../src/serving/log/compact.ts';
import { readPredictions } from '../../src/serving/log/read.ts';
import { tailSegments } from '../../src/serving/log/tail.ts';
import { ALWAYS, answered, createLog, foldersIn, openLog } from './rows.ts';

let dir: string;
let problems: WheelhouseError[];
const onProblem = (problem: WheelhouseError) => void problems.push(problem);
beforeEach(async () => {
  ({ dir } = await createLog());
  problems = [];
  await write('flights');
  await write('taxis');
});
afterEach(() => rm(dir, { recursive: true }));

/** Some rows in several segments. */
async function write(model: string, from = 0) {
  const log = openLog(dir, { maxSegmentBytes: 150 });
  for (let row = from; row < from + 6; row += 1) {
    log.predictions({ ...answered(`${model}-${row}`, row), model });
    await log.flush();
  }
  await log.close();
}

const files = async (model: string, ending: string) =>
  (await readdir(join(dir, `${model}@production`))).filter((file) => file.endsWith(ending)).sort();
const ids = async (model: string) =>
  (await readPredictions(foldersIn(dir, model), ALWAYS, { onProblem })).map(({ id }) => id);

/** As if every raw segment had been written a day ago. */
async function age() {
  const then = new Date(Date.now() - 86_400_000);
  for (const model of ['flights', 'taxis'])
    for (const file of await files(model, '.ndjson'))
      await utimes(join(dir, `${model}@production`, file), then, then);
}

/** A line that DuckDB does not read: longer than its longest object, as a category of 15 MB once made. */
const ENDLESS = `{"id":"endless","time":"2001-02-03T00:00:00.000Z","model":"flights","version":1,"features":{"x":"${'\ufffd'.repeat(12e6)}"},"score":0.5}\n`;

// Waits for the disk many times, which takes time on a busy machine.
describe('serving/log: a segment that cannot be read', () => {
  it('is moved aside by the compaction and reported once; everything else continues', async () => {
    const [, second = ''] = await files('flights', '.ndjson');
    await writeFile(join(dir, 'flights@production', second), ENDLESS);
    await age();
    const done = await compactSegments(dir, { onProblem });

    expect(await readdir(join(dir, 'flights@production', 'damaged'))).toEqual([second]);
    expect(problems.map(String)).toEqual([expect.stringContaining(second)]);
    expect(problems[0]?.next).toContain('damaged');
    // One file before it, one after it, and the whole other model.
    expect(done.written).toBe(3);
    for (const model of ['flights', 'taxis']) expect(await files(model, '.ndjson')).toEqual([]);
    expect(await ids('taxis')).toHaveLength(6);
    expect(await ids('flights')).not.toContain('endless');
    expect((await ids('flights')).length).toBeGreaterThan(3);

    expect(await compactSegments(dir, { onProblem })).toMatchObject({ segments: 0 });
    expect(problems).toHaveLength(1);
  });

  it('is set aside by any query', async () => {
    const [first = ''] = await files('flights', '.ndjson');
    await writeFile(join(dir, 'flights@production', first), ENDLESS);
    expect((await ids('flights')).length).toBeGreaterThan(3);
    expect(await ids('flights')).not.toContain('endless');
    expect(problems.map(String)).toEqual([expect.stringContaining(first)]);
  });

  it('does not stop the retention, of its model or of others, when it is a Parquet file', async () => {
    await age();
    await compactSegments(dir, { onProblem });
    const [parquet = ''] = await files('flights', '.parquet');
    const bytes = await readFile(join(dir, 'flights@production', parquet));
    await writeFile(join(dir, 'flights@production', parquet), bytes.subarray(0, bytes.length - 40));
    await write('flights', 100);
    await age();
    await compactSegments(dir, { onProblem });
    const years = { now: () => new Date('2011-01-01') };
    const done = await compactSegments(dir, { onProblem, retentionDays: 1, clock: years });

    expect(await readdir(join(dir, 'flights@production', 'damaged'))).toEqual([parquet]);
    expect(done.expired).toBe(2);
    expect(problems).toHaveLength(1);
    for (const model of ['flights', 'taxis']) expect(await files(model, '.parquet')).toEqual([]);
  });

  it('is set aside by the profiler where the disk does not give it, and the rest is read', async () => {
    const raw = await files('flights', '.ndjson');
    const inTheWay = raw[0]?.replace('-000001', '-000000') ?? '';
    // A folder named like a segment fails as a bad sector would.
    await mkdir(join(dir, 'flights@production', inTheWay));
    const found = [];
    const { signal } = new AbortController();
    for await (const { row } of tailSegments(foldersIn(dir), {}, signal, onProblem))
      found.push(row?.id);
    expect(found).toEqual([0, 1, 2, 3, 4, 5].map((row) => `flights-${row}`));
    expect(await readdir(join(dir, 'flights@production', 'damaged'))).toEqual([inTheWay]);
    expect(problems.map(String)).toEqual([expect.stringContaining(inTheWay)]);
  });

  it('counts a line as damaged that has no features or no version', async () => {
    const [first = ''] = await files('flights', '.ndjson');
    const line = { id: 'a', time: '2001-02-03T00:00:00.000Z', version: 1, features: {}, score: 1 };
    await writeFile(
      join(dir, 'flights@production', first),
      [{ ...line, features: null }, { ...line, version: 'x' }, line]
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
    const found = [];
    const { signal } = new AbortController();
    for await (const { row, segment } of tailSegments(foldersIn(dir), {}, signal))
      if (first.startsWith(segment)) found.push(row?.id);
    expect(found).toEqual([undefined, undefined, 'a']);
  });

  it('stops no other model when a folder of one cannot be worked in', async () => {
    await age();
    const profiled = async (folder: string) => {
      const [model = ''] = folder.split('@');
      if (model === 'flights') throw new Error('the registry is away');
      return Object.fromEntries(
        (await files(model, '.ndjson')).map((file) => [file.slice(0, -7), 1e9]),
      );
    };
    await compactSegments(dir, { onProblem, profiled });
    expect(problems.map(String)).toEqual([
      expect.stringMatching(/compacting the predictions of flights.*the registry is away/),
    ]);
    expect(await files('taxis', '.ndjson')).toEqual([]);
  });
});
