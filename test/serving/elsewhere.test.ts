import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/callers.ts';
import { MOST_ROWS } from '../../src/serving/elsewhere/read.ts';
import { compactSegments } from '../../src/serving/log/compact.ts';
import { foldersOf } from '../../src/serving/log/folders.ts';
import { readLabelled, readPredictions } from '../../src/serving/log/read.ts';
import { CLASSES, SMALL_MODELS } from '../jobs/small-models.ts';
import { ALWAYS, at, foldersIn, tailed } from './rows.ts';
import { biased, createWorld, rows, type World } from './world.ts';

const PATH = '/v2/models/flights/predictions';
const VALUES = [
  [100, 'AA'],
  [null, 'never seen'],
] as const;
const IDS = { ids: ['a', 'b'], times: [at(0), at(60)] };

const output = (name: string, data: readonly unknown[], width = 1) => ({
  ...{ name, datatype: name === 'class' ? 'BYTES' : 'FP32' },
  ...{ shape: [data.length / width, width], data },
});

/** Two rows, answered by another server. */
const predictions = (outputs: unknown, parameters: object = IDS) => ({
  ...rows(VALUES),
  ...{ outputs, parameters },
});

const scores = (...data: readonly unknown[]) => predictions([output('score', data)]);

const TASKS = [
  {
    task: 'binary',
    classes: undefined,
    outputs: [output('score', [0.125, 1])],
    logged: [{ score: 0.125 }, { score: 1 }],
    labels: [1, 0],
    refused: [
      [[output('score', [0.5, 1.5])], /no usable score in row 1: 1.5, outside of 0 to 1/],
      [[output('score', [null, 0.5])], /"score" has null in row 0, expected a number from 0 to 1/],
      [[output('score', ['0.5', 0.5])], /"score" has "0.5" in row 0/],
      [[output('value', [1, 2])], /output "value" is not one of this model, which has score/],
      [[output('score', [0.1, 0.2]), output('score', [0.1, 0.2])], /"score" is given twice/],
      [[output('score', [0.1])], /must have shape \[2\] or \[2, 1\], as "inputs" has 2 rows/],
      [[{ ...output('score', [0.1, 0.2]), data: [0.1] }], /"score" has shape \[2,1\] and 1 values/],
      [[{ ...output('score', [0.1, 0.2]), data: [[0.1], 0.2] }], /not 1 values in each nested row/],
      [[{ ...output('score', [0, 1]), datatype: 'INT32' }], /must have datatype FP32 or FP64/],
      [[{ name: 'score', datatype: 'FP32', shape: [2] }], /must have "data" as an array/],
      [[], /missing output: score/],
      [[null], /output nothing is not one of this model/],
      [undefined, /"outputs" must be an array of tensors, as infer answers them: score/],
    ],
  },
  {
    task: 'regression',
    classes: undefined,
    outputs: [output('value', [-12.5, 1e9])],
    logged: [{ value: -12.5 }, { value: 1e9 }],
    labels: [3, -4],
    refused: [
      [[output('value', [1, null])], /"value" has null in row 1, expected a finite number/],
    ],
  },
  {
    task: 'multiclass',
    classes: CLASSES,
    outputs: [
      output('class', ['late', 'early']),
      output('probabilities', [0.25, 0.5, 0.25, 0.75, 0.125, 0.125], 3),
    ],
    logged: [
      { class: 'late', probabilities: [0.25, 0.5, 0.25] },
      { class: 'early', probabilities: [0.75, 0.125, 0.125] },
    ],
    labels: ['late', 'very late'],
    refused: [
      [
        [output('probabilities', [0.25, 0.5, 0.25, 0.75, 0.125, 0.5], 3)],
        /no usable probabilities in row 1: .*add up to 1.375/,
      ],
      [[output('class', ['late', 'early'])], /missing output: probabilities/],
      [[output('probabilities', [0.5, 0.5, 0.5, 0.5], 2)], /must have shape \[2, 3\]/],
      [
        [output('class', ['late', 'lost']), output('probabilities', [0, 1, 0, 1, 0, 0], 3)],
        /"class" has "lost" in row 1, expected one of the classes "early"/,
      ],
      [
        [output('class', ['early', 'early']), output('probabilities', [0, 1, 0, 1, 0, 0], 3)],
        /"class" has "early" in row 0, where "late" has the highest probability/,
      ],
    ],
  },
] as const;

let world: World;
afterEach(() => world.close());

const refusal = (words: RegExp) => ({ status: 400, body: { error: expect.stringMatching(words) } });

describe.each(TASKS)('predictions of a $task model made elsewhere', ({ task, classes, ...of }) => {
  beforeEach(async () => {
    world = await createWorld();
    const { sha256 } = await world.artifacts.putBytes(SMALL_MODELS[task].files.strong);
    world.registry.setTask(task, sha256, classes);
    await world.gateway.start();
  });

  it('are on disk when they are accepted, as they were sent, and are joined with their labels', async () => {
    expect(await world.request(PATH, { id: 'q', ...predictions(of.outputs) })).toEqual({
      status: 200,
      body: { model_name: 'flights', model_version: '1', id: 'q', accepted: 2 },
    });
    const common = { model: 'flights', environment: 'production', version: 1, elsewhere: true };
    const features = VALUES.map(([distance, carrier]) => ({ distance, carrier }));
    const sent = of.logged.map((logged, row) => ({
      ...{ id: IDS.ids[row], time: IDS.times[row], features: features[row], ...logged },
    }));
    // Not flushed: the answer promises that they are stored.
    const found = (await tailed(world.logDir)).map(({ row }) => row);
    expect(found).toEqual(sent.map((row) => ({ ...common, ...row })));

    const [one, two] = of.labels;
    const labels = [
      { id: 'a', label: one },
      { id: 'b', label: two },
    ];
    const sentLabels = await world.request('/v2/models/flights/labels', { labels });
    expect(sentLabels.body).toEqual({ accepted: 2 });
    await world.log.close();
    const then = new Date(Date.now() - 48 * 3_600_000);
    const dir = join(world.logDir, 'flights@production');
    for (const compacted of [false, true]) {
      if (compacted) {
        for (const file of await readdir(dir)) await utimes(join(dir, file), then, then);
        expect(await compactSegments(world.logDir)).toMatchObject({ written: 2 });
      }
      const kept = sent.map((row) => ({ ...row, version: 1, elsewhere: true }));
      expect(await readPredictions(foldersIn(world.logDir), ALWAYS)).toEqual(kept);
      expect(await readLabelled(foldersIn(world.logDir), ALWAYS)).toMatchObject({
        predictions: 2,
        rows: [
          { id: 'a', label: one, ...of.logged[0] },
          { id: 'b', label: two, ...of.logged[1] },
        ],
      });
    }
  });

  it('are refused in one line if an answer is not one of the task, and none is kept', async () => {
    for (const [outputs, words] of of.refused)
      expect(await world.request(PATH, predictions(outputs))).toEqual(refusal(words));
    await world.log.flush();
    expect(await tailed(world.logDir)).toEqual([]);
  });
});

describe('serving/elsewhere', () => {
  beforeEach(async () => {
    world = await createWorld({ maxRows: 8, environments: ['production', 'staging'] });
    const { sha256 } = await world.artifacts.putBytes(biased(0));
    world.registry.set(2, sha256, 'production', new Date(at(30)));
    world.registry.wasLive(1, sha256, new Date(at(-60)));
    world.registry.also(3, sha256, 'staging');
    await world.gateway.start();
  });

  const logged = async () =>
    (await tailed(world.logDir)).map(({ row }) => `${row?.id} v${row?.version}`);

  it('accepts requests and answers of infer unchanged', async () => {
    const asked = rows([[100, 'AA']], { id: 'x' });
    const { body } = await world.infer(asked);
    const outputs = body instanceof Object && 'outputs' in body ? body.outputs : undefined;
    const sent = await world.request(PATH, { ...asked, outputs });
    expect(sent.body).toMatchObject({ model_version: '2', id: 'x', accepted: 1 });
    const [own, other] = (await tailed(world.logDir)).map(({ row }) => row);
    expect(other).toEqual({ ...own, time: other?.time, elsewhere: true });
  });

  it('accepts the live version, by default, and those that were live before', async () => {
    const of = (version: unknown) =>
      world.request(PATH, {
        ...scores(0.1, 0.2),
        parameters: { ids: [`${version}/a`, `${version}/b`], version },
      });
    expect((await of(undefined)).body).toMatchObject({ model_version: '2' });
    expect((await of(1)).body).toMatchObject({ model_version: '1' });
    expect((await of('1')).body).toMatchObject({ model_version: '1' });
    for (const version of [3, '3', 0, '01', 1.5, 'one', true, [1], {}])
      expect(await of(version)).toEqual(
        refusal(
          /^"parameters.version" is .*, which is neither live for flights in production nor .*: send one of 2, 1\.$/,
        ),
      );
    expect((await logged()).toSorted()).toEqual([
      '1/a v1',
      '1/a v1',
      '1/b v1',
      '1/b v1',
      'undefined/a v2',
      'undefined/b v2',
    ]);
  });

  it('accepts the times that are possible for that version', async () => {
    const of = (version: number) =>
      world.request(PATH, { ...scores(0.1, 0.2), parameters: { ...IDS, version } });
    expect(await of(2)).toEqual(refusal(/"2001-02-03T00:00:00.000Z", which is before/));
    expect((await of(1)).body).toMatchObject({ accepted: 2 });
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    const parameters = { times: [ahead, ahead] };
    expect(await world.request(PATH, { ...scores(0.1, 0.2), parameters })).toEqual(
      refusal(/which is in the future/),
    );
  });

  it('checks inputs and ids as infer does', async () => {
    const good = scores(0.1, 0.2);
    const [distance, carrier] = good.inputs;
    const inputs = (data: unknown[]) => ({ ...good, inputs: [distance, { ...carrier, data }] });
    const cases: [unknown, RegExp][] = [
      [[], /the body must be a JSON object with "inputs"/],
      [{ ...good, inputs: [distance] }, /missing inputs: carrier/],
      [inputs(['AA', 7]), /"carrier" has 7 in row 1, expected a string/],
      [inputs(['AA', '\ud800']), /half of a surrogate pair in row 1/],
      [inputs(['AA', 'é'.repeat(2049)]), /a category of 4098 bytes in row 1/],
      [{ ...good, parameters: { ids: ['a'] } }, /"parameters.ids" must be a list of 2 strings/],
      [{ ...good, parameters: { ids: ['a', 'a'] } }, /names two rows the same/],
      [{ ...good, parameters: [] }, /"parameters" must be an object/],
    ];
    for (const [body, words] of cases)
      expect(await world.request(PATH, body)).toEqual(refusal(words));
    expect((await world.request(PATH, '{"inputs": [NaN]}')).body).toEqual({
      error: 'the body holds NaN, which is not JSON: send null for a missing number.',
    });
    await world.log.flush();
    expect(await tailed(world.logDir)).toEqual([]);
  });

  it('takes more rows than infer, up to a limit, and names them after the request', async () => {
    const of = (count: number) => ({
      ...rows(
        Array.from({ length: count }, (_, row) => [row, 'AA'] as const),
        { id: 'r' },
      ),
      outputs: [
        output(
          'score',
          Array.from({ length: count }, (_, row) => row / count),
        ),
      ],
    });
    expect(await world.request(PATH, of(MOST_ROWS + 1))).toEqual(
      refusal(/has 10001 rows, allowed are 1 to 10000/),
    );
    expect((await world.request(PATH, of(MOST_ROWS))).body).toMatchObject({ accepted: MOST_ROWS });
    const found = (await tailed(world.logDir)).map(({ row }) => row);
    expect(found).toHaveLength(MOST_ROWS);
    expect(found[9999]).toMatchObject({ id: 'r#9999', score: 0.9999, untimed: true });
  });

  it('says which ids came before with other inputs', async () => {
    await world.request(PATH, scores(0.1, 0.2));
    const parameters = { ids: ['a', 'b'], version: 1 };
    const again = await world.request(PATH, { ...scores(0.3, 0.4), parameters });
    expect(again.body).not.toHaveProperty('repeated');
    const other = rows([
      [100, 'AA'],
      [5, 'UA'],
    ]);
    expect(
      (await world.request(PATH, { ...scores(0.1, 0.2), ...other, parameters })).body,
    ).toMatchObject({ accepted: 2, repeated: 1, note: expect.stringContaining('one row, "b"') });
  });

  it('keeps environments apart', async () => {
    const { inputs, outputs } = scores(0.1, 0.2);
    const body = { inputs, outputs, id: 's' };
    expect((await world.request(`/staging${PATH}`, body)).body).toMatchObject({
      model_version: '3',
    });
    const staging = foldersOf(
      world.logDir,
      { model: 'flights', environment: 'staging' },
      'production',
    );
    expect(await readPredictions(staging, ALWAYS)).toMatchObject([
      { id: 's#0', version: 3 },
      { id: 's#1', version: 3 },
    ]);
    expect(await logged()).toEqual([]);
    expect(await world.request(PATH.replace('flights', 'flight'), body)).toEqual({
      status: 404,
      body: { error: 'nothing is live for "flight" in production. Did you mean "flights"?' },
    });
  });

  it('takes them while nothing of the model answers here', async () => {
    world.registry.takeOut('taken out of service by ada: wrong');
    await expect
      .poll(async () => (await world.infer(rows([[1, 'AA']]))).status, { timeout: 60_000 })
      .toBe(503);
    const parameters = { ids: ['a', 'b'] };
    expect((await world.request(PATH, { ...scores(0.1, 0.2), parameters })).body).toMatchObject({
      ...{ model_version: '2', accepted: 2 },
    });
  });

  it('answers 503 if it is not certain that they are on disk', async () => {
    await writeFile(world.logDir, 'where the folder should be');
    const { inputs, outputs } = scores(0.1, 0.2);
    expect(await world.request(PATH, { inputs, outputs })).toEqual({
      status: 503,
      body: { error: expect.stringContaining('logging predictions to') },
    });
  });
});

it('predictions made elsewhere need the token, as every request', async () => {
  world = await createWorld({ guard: { tokenDigest: digestOf('secret') } });
  const { sha256 } = await world.artifacts.putBytes(biased(0));
  world.registry.set(1, sha256);
  await world.gateway.start();
  expect((await world.request(PATH, scores(0.1, 0.2))).status).toBe(401);
});
