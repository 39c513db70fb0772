import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PredictionQuestion } from '../../src/core/ports/predictions.ts';
import { compactSegments } from '../../src/serving/log/compact.ts';
import {
  readAnswered,
  readLabelledColumns,
  readLabelledSince,
} from '../../src/serving/log/labelled.ts';
import { readLabelled } from '../../src/serving/log/read.ts';
import { ALWAYS, answered, at, createLog, FLIGHTS, foldersIn, START } from './rows.ts';

const ROWS = 40;
const signal = new AbortController().signal;
const asked: PredictionQuestion & { features: readonly string[] } = {
  ...{ ...FLIGHTS, version: 1, window: ALWAYS, answer: 'score', width: 1 },
  features: ['x', 'no "such'],
};

const label = (id: number, value: number, minutes: number) => ({
  ...{ id: `a${id}`, model: 'flights', label: value, received: at(minutes) },
});

describe('serving/log/labelled', () => {
  it('joins answers with their last labels, in the same order however those arrived', async () => {
    const arrivals = Array.from({ length: ROWS }, (_, id) => [
      label(id, 1 - (id % 2), 5000 + id),
      label(id, id % 2, 9000 + id),
      label(id, id % 2, 9000 + id),
    ]).flat();
    const [inOrder, shuffled] = await Promise.all([
      joined([arrivals]),
      joined(
        fc
          .sample(fc.shuffledSubarray(arrivals, { minLength: arrivals.length }), 1)
          .flatMap((all) => [all.slice(0, 50), all.slice(50)]),
      ),
    ]);
    expect(inOrder.columns).toMatchObject({ predictions: ROWS + 1, rows: ROWS });
    expect(shuffled).toEqual(inOrder);
    // The same as row by row.
    const byScore = (a: number[], b: number[]) => (a[0] ?? 0) - (b[0] ?? 0);
    const { columns } = inOrder;
    expect(
      columns.labels
        .map((one, row) => [columns.answers[row], Number(one)].map(Number))
        .sort(byScore),
    ).toEqual(inOrder.rows.map((row) => [row.score ?? 0, Number(row.label)]).sort(byScore));
    expect(columns.features['x']?.map(Number).map((x) => x / 1000)).toEqual([...columns.answers]);
    expect(columns.features['no "such']).toEqual(Array.from({ length: ROWS }, () => null));
  });

  it('lists the hours of predictions with new labels, and leaves out answers that are not numbers', async () => {
    const { dir, log } = await createLog();
    for (const id of [0, 1, 2]) log.predictions(answered(`a${id}`, id * 60));
    log.predictions(answered('b', 5, Number.NaN));
    await log.flush();
    const hour = (n: number) => ({
      ...{ from: new Date(START + n * 3_600_000), to: new Date(START + (n + 1) * 3_600_000) },
    });
    const since = (minutes: number) =>
      readLabelledSince(foldersIn(dir), 1, new Date(at(minutes)), signal);
    expect(await since(0)).toEqual([]);
    const known = [label(0, 1, 900), label(2, 1, 901), label(7, 1, 902)];
    await Promise.all([log.labels(FLIGHTS, known), log.flush()]);
    expect(await since(0)).toEqual([hour(0), hour(2)]);
    expect(await since(901)).toEqual([hour(2)]);
    expect(await since(903)).toEqual([]);
    expect(await readLabelledSince(foldersIn(dir), 2, new Date(at(0)), signal)).toEqual([]);
    // Unchanged files are not read.
    expect(await readLabelledSince(foldersIn(dir), 1, new Date('2999-01-01'), signal)).toEqual([]);
    const { rows, answers } = await readAnswered(foldersIn(dir), asked, signal);
    expect([rows, [...answers].sort()]).toEqual([3, [0, 0.06, 0.12]]);
    await log.close();
    await rm(dir, { recursive: true });
  });
});

/** The labels in these requests, one segment each, some of them compacted. */
async function joined(requests: ReturnType<typeof label>[][]) {
  const { dir, log } = await createLog({ maxSegmentBytes: 100 });
  for (let id = 0; id <= ROWS; id += 1) log.predictions(answered(`a${id}`, id));
  await log.flush();
  for (const request of requests) await Promise.all([log.labels(FLIGHTS, request), log.flush()]);
  await log.close();
  await compactSegments(dir);
  const folders = foldersIn(dir);
  const columns = await readLabelledColumns(folders, asked, signal);
  const { rows } = await readLabelled(folders, ALWAYS);
  await rm(dir, { recursive: true });
  return { columns, rows: rows.map(({ score, label: value }) => ({ score, label: value })) };
}
