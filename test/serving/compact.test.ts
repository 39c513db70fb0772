import { cp, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compactSegments } from '../../src/serving/log/compact.ts';
import { readLabelled, readPredictions } from '../../src/serving/log/read.ts';
import {
  ALWAYS,
  answered,
  at,
  createLog,
  FLIGHTS,
  foldersIn,
  openLog,
  START,
  tailed,
} from './rows.ts';

const ROWS = 40;
const HOUR = 3_600_000;

let dir: string;
beforeEach(async () => {
  ({ dir } = await createLog());
  const log = openLog(dir, { maxSegmentBytes: 1000 });
  for (let row = 0; row < ROWS; row += 1) {
    log.predictions(answered(`a${row}`, 60 * row));
    const label = { id: `a${row}`, model: 'flights', label: row % 2, received: at(60 * row + 600) };
    await Promise.all([log.labels(FLIGHTS, [label]), log.flush()]);
  }
  await log.close();
});
afterEach(() => rm(dir, { recursive: true }));

const folder = () => join(dir, 'flights@production');
const files = async (ending: string) =>
  (await readdir(folder())).filter((file) => file.endsWith(ending)).sort();

/** As if every raw segment had been written `hours` ago. */
async function age(hours: number) {
  const then = new Date(Date.now() - hours * HOUR);
  for (const file of await files('.ndjson')) await utimes(join(folder(), file), then, then);
}

async function contents() {
  const predictions = await readPredictions(foldersIn(dir), ALWAYS);
  const { rows } = await readLabelled(foldersIn(dir), ALWAYS);
  return { predictions, rows };
}

// Waits for the disk many times, which takes time on a busy machine.
describe('serving/log/compact', () => {
  it('keeps every row and every answer, in less space', async () => {
    const before = await contents();
    expect(before.predictions).toHaveLength(ROWS);
    expect(before.rows).toHaveLength(ROWS);
    const raw = await files('.ndjson');
    await age(24);

    const done = await compactSegments(dir);
    expect(done).toEqual({ segments: raw.length, written: 2, expired: 0 });
    expect(await files('.ndjson')).toEqual([]);
    expect(await files('.tmp')).toEqual([]);
    expect(await contents()).toEqual(before);
    expect(await compactSegments(dir)).toEqual({ segments: 0, written: 0, expired: 0 });
  });

  it('has nothing to do before the first prediction', async () => {
    const nothing = { segments: 0, written: 0, expired: 0 };
    expect(await compactSegments(join(dir, 'not-there-yet'))).toEqual(nothing);
  });

  it('leaves young segments, and the last of a process until it is surely abandoned', async () => {
    const raw = await files('.ndjson');
    await age(1);
    expect((await compactSegments(dir)).segments).toBe(0);
    expect((await compactSegments(dir, { olderThanMs: 0 })).segments).toBe(raw.length - 2);
    const left = [raw.findLast((file) => file.startsWith('labels')), raw.at(-1)];
    expect(await files('.ndjson')).toEqual(left);
    expect((await contents()).predictions).toHaveLength(ROWS);
  });

  it('keeps what the profiler has not finished reading', async () => {
    const seen = await tailed(dir);
    const raw = (await files('.ndjson')).filter((file) => file.startsWith('predictions'));
    // All but the last row of the last segment, whose end was not reached.
    const read = seen.slice(0, -1);
    const positions = Object.fromEntries(read.map(({ segment, offset }) => [segment, offset]));
    await age(24);
    await compactSegments(dir, { profiled: async () => positions });
    expect(await files('.ndjson')).toEqual(raw.slice(-1));
    expect((await tailed(dir, positions)).map(({ row }) => row?.id)).toEqual([`a${ROWS - 1}`]);
    expect((await contents()).predictions).toHaveLength(ROWS);
  });

  it('neither loses nor doubles rows when it was killed before the raw segments were removed', async () => {
    const before = await contents();
    const copy = await mkdtemp(join(tmpdir(), 'raw-'));
    await age(24);
    await cp(folder(), copy, { recursive: true, preserveTimestamps: true });
    await compactSegments(dir);
    for (const back of [await readdir(copy), (await readdir(copy)).slice(3)]) {
      for (const file of back) await cp(join(copy, file), join(folder(), file));
      expect(await contents()).toEqual(before);
    }
    expect(await compactSegments(dir)).toEqual({ segments: 0, written: 0, expired: 0 });
    expect(await files('.ndjson')).toEqual([]);
    expect(await contents()).toEqual(before);
    await rm(copy, { recursive: true });
  });

  it('may run twice at once, with readers looking on', async () => {
    const before = await contents();
    await age(24);
    const runs = [0, 1].map(() => compactSegments(dir).catch((error: unknown) => String(error)));
    for (let look = 0; look < 5; look += 1) expect(await contents()).toEqual(before);
    const ends = await Promise.all(runs);
    expect(ends.some((end) => typeof end === 'object')).toBe(true);
    expect(await contents()).toEqual(before);
  });

  it('removes rows by their prediction time, whole files and parts of files', async () => {
    await age(24);
    const clock = (hours: number) => ({ now: () => new Date(START + hours * HOUR) });
    await compactSegments(dir, { retentionDays: 1, clock: clock(30) });
    // Rows begin at hour 0; less than a day too old is not worth a new file.
    expect((await contents()).predictions).toHaveLength(ROWS);

    await compactSegments(dir, { retentionDays: 1, clock: clock(54) });
    const { predictions } = await contents();
    expect(predictions.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `a${30 + index}`),
    );
    const done = await compactSegments(dir, { retentionDays: 1, clock: clock(200) });
    expect(done.expired).toBe(2);
    expect(await readdir(folder())).toEqual([]);
  });

  it('keeps a replay of old days, whose age counts from its newest prediction', async () => {
    await age(24);
    const years = { now: () => new Date(START + 50_000 * HOUR) };
    const newest = async () => new Date(START + 30 * HOUR);
    await compactSegments(dir, { retentionDays: 1, clock: years, newest });
    expect((await contents()).predictions).toHaveLength(ROWS);
  });

  it('stops on request without losing rows', async () => {
    await age(24);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(compactSegments(dir, { signal })).rejects.toThrow('enough');
    expect((await contents()).predictions).toHaveLength(ROWS);
    expect((await stat(folder())).isDirectory()).toBe(true);
  });
});
