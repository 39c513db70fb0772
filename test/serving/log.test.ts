import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unreachable, type WheelhouseError } from '../../src/core/errors.ts';
import { readLabelled, readPredictions, readWatermark } from '../../src/serving/log/read.ts';
import { anyCharacters } from '../any-text.ts';
import { scored } from '../tasks/declared.ts';
import { ALWAYS, answered, at, createLog, FLIGHTS, foldersIn, openLog, tailed } from './rows.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

// Waits for the disk many times, which takes time on a busy machine.
describe('serving/log', () => {
  it('gives back any row as it was answered, by the tail and by a query', async () => {
    const { dir, log } = await createLog();
    const value = fc.record({
      number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      text: anyCharacters(60),
      id: fc.string({ minLength: 1 }),
      score: fc.double({ noDefaultInfinity: true }),
    });
    const values = fc.sample(value, { numRuns: 200, seed: 1 });
    log.predictions({
      ...FLIGHTS,
      version: 3,
      keys: ['"a \\"quoted\\" name":', '"text":'],
      columns: [values.map(({ number }) => number), values.map(({ text }) => text)],
      ids: values.map(({ id }, row) => `${row}${id}`),
      times: at(0),
      ...scored(...values.map(({ score }) => score)),
    });
    await log.close();

    const expected = values.map(({ number, text, id, score }, row) => ({
      id: `${row}${id}`,
      time: at(0),
      version: 3,
      // JSON has no −0.
      features: { 'a "quoted" name': number === 0 ? 0 : number, text },
      score: score === 0 ? 0 : score,
    }));
    const whole = expected.map((row) => ({ ...FLIGHTS, ...row }));
    expect((await tailed(dir)).map(({ row }) => row)).toEqual(whole);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    const read = await readPredictions(foldersIn(dir), ALWAYS);
    expect(read.sort(byId)).toEqual(expected.sort(byId));
    await rm(dir, { recursive: true });
  });

  it('begins a new segment by size, and two processes never share one', async () => {
    const { dir, log } = await createLog({ maxSegmentBytes: 2000 });
    const other = openLog(dir);
    for (const row of numbers(60)) {
      log.predictions(answered(`a${row}`, row));
      await log.flush();
    }
    other.predictions(answered('b', 0));
    await Promise.all([log.close(), other.close()]);

    const files = await readdir(join(dir, 'flights@production'));
    expect(files.length).toBeGreaterThan(3);
    expect(new Set(files.map((file) => file.split('-')[2])).size).toBe(2);
    const own = (await tailed(dir)).filter(({ row }) => row?.id.startsWith('a'));
    expect(own.map(({ row }) => row?.id)).toEqual(numbers(60).map((row) => `a${row}`));
    await rm(dir, { recursive: true });
  });

  it('begins a new segment by age', async () => {
    const { dir } = await createLog();
    const log = openLog(dir, { maxSegmentAgeMs: 0 });
    log.predictions(answered('a', 0));
    await log.flush();
    log.predictions(answered('b', 1));
    await log.close();
    expect(await readdir(join(dir, 'flights@production'))).toHaveLength(2);
    await rm(dir, { recursive: true });
  });

  it('continues from a cursor, and does not read an incomplete line', async () => {
    const { dir, log } = await createLog();
    log.predictions(answered('a', 0));
    await log.flush();
    const [first] = await tailed(dir);
    log.predictions(answered('b', 1));
    await log.close();
    const file = join(
      dir,
      'flights@production',
      (await readdir(join(dir, 'flights@production')))[0] ?? '',
    );
    await appendFile(file, 'damaged\n{"id":"torn","time":"2001-');

    const cursor = { [first?.segment ?? '']: first?.offset ?? 0 };
    const rest = await tailed(dir, cursor);
    expect(rest.map(({ row }) => row?.id)).toEqual(['b', undefined]);
    const end = (await readFile(file, 'utf8')).lastIndexOf('\n') + 1;
    expect(rest.at(-1)?.offset).toBe(end);
    expect((await readPredictions(foldersIn(dir), ALWAYS)).map(({ id }) => id)).toEqual(['a', 'b']);
    await rm(dir, { recursive: true });
  });

  it('keeps rows while the disk fails, counts those it must drop, and doubles none', async () => {
    const { dir, problems } = await createLog();
    const onProblem = (problem: WheelhouseError) => problems.push(problem);
    const log = openLog(dir, { onProblem, maxPendingBytes: 1000 });
    // There is a file where the folder should be.
    await writeFile(join(dir, 'flights@production'), '');
    for (const row of numbers(20)) log.predictions(answered(`a${row}`, 0));
    const labels = log.labels(FLIGHTS, [{ id: 'a0', model: 'flights', label: 1, received: at(9) }]);
    await Promise.all([log.flush(), expect(labels).rejects.toThrow(Unreachable)]);
    await log.flush();
    expect(log.dropped()).toBeGreaterThan(0);
    // Once a stream: a full disk must not fill the operator's log too.
    expect(problems.map(String).sort()).toEqual([
      expect.stringMatching(/labels .*it is tried again/),
      expect.stringMatching(/predictions .*dropped so far: the disk cannot follow/),
    ]);

    await rm(join(dir, 'flights@production'));
    await log.close();
    const kept = numbers(20 - log.dropped()).map((row) => `a${row}`);
    expect((await tailed(dir)).map(({ row }) => row?.id)).toEqual(kept);
    await rm(dir, { recursive: true });
  });

  it('joins labels that come late to the window of their prediction; the last one holds', async () => {
    const { dir, log } = await createLog();
    for (const minutes of numbers(10))
      log.predictions(answered(`a${minutes}`, minutes, minutes, minutes % 2));
    // Sent again with its ID: one prediction.
    log.predictions(answered('a2', 2, 2, 0));
    const label = (id: string, value: number, minutes: number) => ({
      id,
      model: 'flights',
      label: value,
      received: at(minutes),
    });
    const window = { from: new Date(at(2)), to: new Date(at(5)) };
    await log.flush();
    expect(await readLabelled(foldersIn(dir), window)).toEqual({ predictions: 3, rows: [] });

    const written = [
      log.labels(FLIGHTS, [label('a2', 1, 9000), label('a4', 1, 9000), label('a5', 1, 9000)]),
      log.labels(FLIGHTS, [label('a2', 0, 9001), label('unknown', 1, 9001)]),
    ];
    await Promise.all([log.close(), ...written]);
    const row = (minutes: number, version: number, value: number) => ({
      id: `a${minutes}`,
      version,
      time: new Date(at(minutes)),
      score: minutes / 1000,
      label: value,
    });
    expect(await readLabelled(foldersIn(dir), window)).toEqual({
      predictions: 3,
      rows: [row(2, 0, 0), row(4, 0, 1)],
    });
    expect(await readLabelled(foldersIn(dir), window, { version: 1 })).toEqual({
      predictions: 1,
      rows: [],
    });
    expect(await readWatermark(foldersIn(dir))).toEqual(new Date(at(9)));
    expect(await readWatermark(foldersIn(dir), { version: 0 })).toEqual(new Date(at(8)));
    await rm(dir, { recursive: true });
  });

  it('has nothing to say of a model that never answered', async () => {
    const { dir } = await createLog();
    expect(await tailed(dir)).toEqual([]);
    expect(await readPredictions(foldersIn(dir), ALWAYS)).toEqual([]);
    expect(await readLabelled(foldersIn(dir), ALWAYS)).toEqual({ predictions: 0, rows: [] });
    expect(await readWatermark(foldersIn(dir))).toBeUndefined();
  });
});
