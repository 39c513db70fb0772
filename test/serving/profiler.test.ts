import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/core/endpoint.ts';
import type { Positions } from '../../src/core/ports/profiles.ts';
import { foldersOf } from '../../src/serving/log/folders.ts';
import { pruneCursor, tailSegments } from '../../src/serving/log/tail.ts';
import { createProfiler } from '../../src/serving/profiler.ts';
import { createMemoryProfiles } from '../fakes/profile-store.ts';
import { everyWrite } from '../sweep.ts';
import { ALWAYS, answered, at, createLog, FLIGHTS, openLog, START } from './rows.ts';

/** The simplest profile that shows a row lost or duplicated: every value it saw. */
type Seen = (number | string | null)[];
const math = {
  create: (): Seen => [],
  observe: (seen: Seen, value: number | string | null): void => void seen.push(value),
};
const signal = new AbortController().signal;

let dir: string;
beforeEach(async () => {
  ({ dir } = await createLog());
});
afterEach(() => rm(dir, { recursive: true }));

function open(before?: (step: string) => void, now = START) {
  const store = createMemoryProfiles<Seen>(before);
  const profiler = createProfiler<Seen, 'bins'>({
    tail: (endpoint: Endpoint, cursor: Positions, stop: AbortSignal) =>
      tailSegments(foldersOf(dir, endpoint, 'production'), cursor, stop),
    prune: (endpoint, cursor) => pruneCursor(foldersOf(dir, endpoint, 'production'), cursor),
    reference: async (_, version) =>
      version === 9 ? undefined : { features: { x: 'bins' }, answers: { score: 'bins' } },
    store,
    math,
    now: () => new Date(now),
    batchRows: 7,
  });
  return { store, profiler };
}

/** Rows of two versions over five hours, in segments of a few rows; every third one is late. */
async function write(from: number, to: number) {
  const log = openLog(dir, { maxSegmentBytes: 500 });
  for (let row = from; row < to; row += 1) {
    const minutes = row % 3 === 0 ? row : 240 + (row % 60);
    log.predictions(answered(`a${row}`, minutes, row, 1 + (row % 2)));
    await log.flush();
  }
  await log.close();
}

/** Every value in every profile, by version. */
async function seen(store: ReturnType<typeof open>['store'], version: number) {
  const documents = await store.list(FLIGHTS, version, ALWAYS);
  for (const { bucket, features, latest, rows } of documents) {
    expect(features['x']).toHaveLength(rows);
    expect(bucket.getTime() % 3_600_000).toBe(0);
    expect(latest.getTime() - bucket.getTime()).toBeLessThan(3_600_000);
  }
  return documents
    .flatMap(({ features }) => features['x'] ?? [])
    .sort((a, b) => Number(a) - Number(b));
}

const every = (version: number, to: number) =>
  Array.from({ length: to }, (_, row) => row).filter((row) => 1 + (row % 2) === version);

// Waits for the disk many times, which takes time on a busy machine.
describe('serving/profiler', () => {
  it('counts each row once in the bucket of its prediction time, and continues where it stopped', async () => {
    const { store, profiler } = open();
    await write(0, 50);
    expect(await profiler.fold(FLIGHTS, signal)).toEqual({ rows: 50, damaged: 0 });
    expect(await profiler.fold(FLIGHTS, signal)).toEqual({ rows: 0, damaged: 0 });
    await write(50, 80);
    expect(await profiler.fold(FLIGHTS, signal)).toEqual({ rows: 30, damaged: 0 });

    expect(await seen(store, 1)).toEqual(every(1, 80));
    expect(await seen(store, 2)).toEqual(every(2, 80));
    const [first] = await store.list(FLIGHTS, 1, ALWAYS);
    expect(first).toMatchObject({ bucket: new Date(START), minutes: 60, model: 'flights' });
    expect(first?.answers['score']?.[0]).toBe(0);
    expect(await store.watermark(FLIGHTS, 1)).toEqual(new Date(at(240 + 58)));
  });

  it('folds each row once when it is killed before or after any step', async () => {
    await write(0, 60);
    let steps = 0;
    const counting = open(() => {
      steps += 1;
    });
    await counting.profiler.fold(FLIGHTS, signal);
    expect(steps).toBeGreaterThan(50);

    for (const at of everyWrite()) {
      const fatal = at + 1;
      if (fatal > steps) break;
      let step = 0;
      const { store, profiler } = open(() => {
        step += 1;
        if (step === fatal) throw new Error('killed');
      });
      await expect(profiler.fold(FLIGHTS, signal)).rejects.toThrow('killed');
      await profiler.fold(FLIGHTS, signal);
      for (const version of [1, 2])
        expect(await seen(store, version), `killed at step ${fatal}`).toEqual(every(version, 60));
    }
  });

  it('folds each row once when several run at the same time', async () => {
    await write(0, 60);
    const { store, profiler } = open();
    await Promise.all([1, 2, 3].map(() => profiler.fold(FLIGHTS, signal)));
    for (const version of [1, 2]) expect(await seen(store, version)).toEqual(every(version, 60));
  });

  it('counts the rows of a version without a reference', async () => {
    const log = openLog(dir);
    log.predictions(answered('a', 1, 1, 9));
    await log.close();
    const { store, profiler } = open();
    await profiler.fold(FLIGHTS, signal);
    expect(await store.list(FLIGHTS, 9, ALWAYS)).toMatchObject([{ rows: 1, features: {} }]);
  });

  it('keeps environments apart', async () => {
    const staging = { ...FLIGHTS, environment: 'staging' };
    const log = openLog(dir);
    log.predictions(answered('a', 1));
    log.predictions({ ...answered('b', 2), ...staging });
    log.predictions({ ...answered('c', 3), ...staging });
    await log.close();
    const { store, profiler } = open();
    expect(await profiler.fold(staging, signal)).toEqual({ rows: 2, damaged: 0 });
    expect(await store.list(FLIGHTS, 1, ALWAYS)).toEqual([]);
    expect(await profiler.fold(FLIGHTS, signal)).toEqual({ rows: 1, damaged: 0 });
    expect(await store.list(FLIGHTS, 1, ALWAYS)).toMatchObject([{ ...FLIGHTS, rows: 1 }]);
    expect(await store.list(staging, 1, ALWAYS)).toMatchObject([{ ...staging, rows: 2 }]);
  });

  it('keeps rows without a time in separate documents', async () => {
    const log = openLog(dir);
    log.predictions(answered('a', 0));
    log.predictions({ ...answered('b', 90), untimed: true });
    log.predictions({ ...answered('c', 91), untimed: true });
    log.predictions(answered('d', 1));
    await log.close();
    const { store, profiler } = open();
    await profiler.fold(FLIGHTS, signal);
    const first = new Date(START);
    const timed = { version: 1, untimed: false };
    expect(await store.buckets(FLIGHTS, first, timed)).toEqual([{ bucket: first, rows: 2 }]);
    expect(await store.buckets(FLIGHTS, first, { ...timed, untimed: true })).toMatchObject([
      { rows: 2 },
    ]);
    expect(await store.watermark(FLIGHTS, 1, false)).toEqual(new Date(at(1)));
    expect(await store.watermark(FLIGHTS, 1, true)).toEqual(new Date(at(91)));
    expect(await store.watermark(FLIGHTS, 1)).toEqual(new Date(at(91)));
  });

  it('counts rows that come more than a day late', async () => {
    const log = openLog(dir);
    for (const minutes of [0, 1, 119]) log.predictions(answered(`a${minutes}`, minutes));
    log.predictions({ ...answered('b', 2), untimed: true });
    await log.close();
    const { store, profiler } = open(undefined, new Date(at(25 * 60)).getTime());
    await profiler.fold(FLIGHTS, signal);
    const [first, second] = await store.buckets(FLIGHTS, new Date(START));
    expect(first).toMatchObject({ rows: 3, late: 2 });
    expect(second).toEqual({ bucket: expect.any(Date), rows: 1 });
  });

  it('keeps no cursor for a deleted segment', async () => {
    const { store, profiler } = open();
    await write(0, 10);
    await profiler.fold(FLIGHTS, signal);
    const before = Object.keys(await store.loadCursor(FLIGHTS));
    await rm(`${dir}/flights@production/${before[0]}.ndjson`);
    await write(10, 11);
    await profiler.fold(FLIGHTS, signal);
    const after = Object.keys(await store.loadCursor(FLIGHTS));
    expect(after).not.toContain(before[0]);
    expect(after).toHaveLength(before.length);
  });
});
