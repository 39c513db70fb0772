import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compactSegments } from '../../src/serving/log/compact.ts';
import { readLabelled, readPredictions } from '../../src/serving/log/read.ts';
import { tailSegments } from '../../src/serving/log/tail.ts';
import { CLASSES, SMALL_MODELS } from '../jobs/small-models.ts';
import { ALWAYS, foldersIn } from './rows.ts';
import { createWorld, rows, type World } from './world.ts';

const about = (value: number) => expect.closeTo(value, 3);
const NONE = Number.NaN;

/** What the small models answer for the rows below; the last row has no distance. */
const TASKS = [
  {
    task: 'regression',
    classes: undefined,
    outputs: [{ name: 'value', datatype: 'FP32', shape: [3, 1], data: [13, 48, null].map(close) }],
    declared: [{ name: 'value', datatype: 'FP32', shape: [-1, 1] }],
    logged: [{ value: about(13) }, { value: about(48) }, { value: NONE }],
    labels: { taken: [12.5, -3], refused: ['12.5', true, null], words: /expected a finite number/ },
  },
  {
    task: 'multiclass',
    classes: CLASSES,
    outputs: [
      { name: 'class', datatype: 'BYTES', shape: [3, 1], data: ['early', 'late', null] },
      {
        ...{ name: 'probabilities', datatype: 'FP32', shape: [3, 3] },
        data: [0.994, 0.006, 0, 0.004, 0.887, 0.109, null, null, null].map(close),
      },
    ],
    declared: [
      { name: 'class', datatype: 'BYTES', shape: [-1, 1] },
      { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] },
    ],
    logged: [
      { class: 'early', probabilities: [0.994, 0.006, 0].map(about) },
      { class: 'late', probabilities: [0.004, 0.887, 0.109].map(about) },
      { probabilities: [NONE, NONE, NONE] },
    ],
    labels: {
      taken: ['late', 'very late'],
      refused: ['lost', 2, '', null],
      words: /expected one of the classes "early", "late", "very late"/,
    },
  },
] as const;

function close(value: number | null): unknown {
  return value === null ? null : about(value);
}

const ASKED = rows(
  [
    [100, 'AA'],
    [1000, 'UA'],
    [null, 'AA'],
  ],
  { parameters: { ids: ['a', 'b', 'c'], times: ['01', '02', '03'].map(hourOf) } },
);

function hourOf(hour: string): string {
  return `2001-02-03T${hour}:00:00.000Z`;
}

describe.each(TASKS)('serving a model of $task', ({ task, classes, outputs, declared, ...of }) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    const { sha256 } = await world.artifacts.putBytes(SMALL_MODELS[task].files.strong);
    world.registry.setTask(task, sha256, classes);
    await world.gateway.start();
  });
  afterEach(() => world.close());

  const folders = () => foldersIn(world.logDir);
  async function tailed() {
    const found = [];
    const { signal } = new AbortController();
    for await (const { row } of tailSegments(folders(), {}, signal)) found.push(row);
    return found;
  }
  async function compact() {
    const dir = join(world.logDir, 'flights@production');
    const then = new Date(Date.now() - 48 * 3_600_000);
    for (const file of await readdir(dir)) await utimes(join(dir, file), then, then);
    return compactSegments(world.logDir);
  }

  it('answers what it declares, and keeps it in the log and in its Parquet', async () => {
    expect((await world.request('/v2/models/flights')).body).toMatchObject({
      outputs: declared,
      ...(classes && { parameters: { classes } }),
    });
    const { status, body } = await world.infer(ASKED);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ outputs });

    await world.log.flush();
    expect(await tailed()).toMatchObject(of.logged);
    const before = await readPredictions(folders(), ALWAYS);
    // A row without an answer does not show its task.
    expect(before.slice(0, 2)).toMatchObject(of.logged.slice(0, 2));
    expect(before).toHaveLength(3);
    await world.log.close();
    expect(await compact()).toMatchObject({ segments: 1, written: 1 });
    expect(await readPredictions(folders(), ALWAYS)).toEqual(before);
  });

  it('accepts labels of its own kind, and refuses others with their row', async () => {
    const path = '/v2/models/flights/labels';
    await world.infer(ASKED);
    for (const label of of.labels.refused)
      expect(await world.request(path, { labels: [{ id: 'a', label }] })).toEqual({
        status: 400,
        body: { error: expect.stringMatching(of.labels.words) },
      });
    const [first, second] = of.labels.taken;
    const labels = [
      { id: 'a', label: first },
      { id: 'b', label: second },
    ];
    expect(await world.request(path, { labels })).toEqual({ status: 200, body: { accepted: 2 } });

    await world.log.close();
    const joined = {
      predictions: 3,
      rows: [
        { id: 'a', version: 1, label: first, ...of.logged[0] },
        { id: 'b', version: 1, label: second, ...of.logged[1] },
      ],
    };
    expect(await readLabelled(folders(), ALWAYS)).toMatchObject(joined);
    await compact();
    expect(await readLabelled(folders(), ALWAYS)).toMatchObject(joined);
  });
});
