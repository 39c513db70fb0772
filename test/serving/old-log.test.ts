import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/monitoring/profile/profile.ts';
import { readReference } from '../../src/monitoring/profile/reference.ts';
import { compactSegments } from '../../src/serving/log/compact.ts';
import { readLabelled, readPredictions, readWatermark } from '../../src/serving/log/read.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { ALWAYS, answered, at, foldersIn, openLog, tailed } from './rows.ts';

/* What release 639ca5f wrote: see test/serving/old/README.md. */

const OLD = fileURLToPath(new URL('old', import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'old-log-'));
  await cp(join(OLD, 'flights'), join(dir, 'flights'), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

const scores = [0, 0.001, 0.002, Number.NaN, 0.004, 0.005];
const expected = scores.map((score, n) => ({
  ...{ id: `a${n}`, time: at(n), version: 1, features: { x: n }, score },
}));
const labelled = [0, 4].map((n) => ({
  ...{ id: `a${n}`, version: 1, time: new Date(at(n)), score: n / 1000, label: 1 },
}));

describe('the prediction log of a release of before there were several tasks', () => {
  it('is read, from Parquet and from raw segments', async () => {
    expect(await readPredictions(foldersIn(dir), ALWAYS)).toEqual(expected);
    expect(await readLabelled(foldersIn(dir), ALWAYS)).toEqual({ predictions: 6, rows: labelled });
    expect(await readWatermark(foldersIn(dir))).toEqual(new Date(at(5)));
    expect((await tailed(dir)).map(({ row }) => row)).toMatchObject(expected.slice(4));
  });

  it('is read together with answers of another task, before and after compaction', async () => {
    const log = openLog(dir);
    const classes = ['early', 'late'];
    const { fields } = multiclass.answer;
    const answers = [0.25, 0.75];
    log.predictions({ ...answered('new', 60, 7, 2), fields, classes, answers, rows: 1 });
    const label = { id: 'new', model: 'flights', class: 'late', received: at(9000) };
    await Promise.all([
      log.labels({ model: 'flights', environment: 'production' }, [label]),
      log.flush(),
    ]);
    await log.close();
    const answer = { class: 'late', probabilities: answers };
    const all = {
      predictions: [...expected, { id: 'new', version: 2, features: { x: 7 }, ...answer }],
      labelled: [...labelled, { id: 'new', version: 2, label: 'late', ...answer }],
    };
    for (const olderThanMs of [undefined, -1]) {
      if (olderThanMs !== undefined)
        expect(
          await compactSegments(dir, { olderThanMs, abandonedAfterMs: olderThanMs }),
        ).toMatchObject({ segments: 4 });
      expect(await readPredictions(foldersIn(dir), ALWAYS)).toMatchObject(all.predictions);
      expect((await readLabelled(foldersIn(dir), ALWAYS)).rows).toMatchObject(all.labelled);
    }
  });

  it('has a reference whose one answer is the score', async () => {
    const { features, answers } = readReference(await readFile(join(OLD, 'reference.json')));
    expect(Object.keys(features)).toEqual(['x']);
    expect(Object.keys(answers)).toEqual(['score']);
    expect(Object.values({ ...features, ...answers }).map(rowsOf)).toEqual([40, 40]);
  });
});
