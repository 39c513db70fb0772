import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tailSegments } from '../../src/serving/log/tail.ts';
import { foldersIn } from './rows.ts';
import { sigmoid } from './tiny-model.ts';
import { biased, createWorld, rows, until, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld({ maxRows: 8 });
  const { sha256 } = await world.artifacts.putBytes(biased(0.5));
  world.registry.set(1, sha256);
  await world.gateway.start();
});
afterEach(() => world.close());

async function logged() {
  await world.log.flush();
  const found = [];
  const signal = new AbortController().signal;
  for await (const { row } of tailSegments(foldersIn(world.logDir), {}, signal)) found.push(row);
  return found;
}

describe('serving/gateway', () => {
  it('answers each row with the score of the model, and logs exactly what it answered', async () => {
    const { status, body } = await world.infer(
      rows(
        [
          [100, 'AA'],
          [-200, 'UA'],
          [null, 'AA'],
          [7, 'never seen'],
        ],
        {
          id: 'request-1',
          parameters: {
            ids: ['a', 'b', 'c', 'd'],
            times: [
              '2001-02-03T04:05:06Z',
              '2001-02-03T04:05:06.789+01:00',
              '2001-02-03T04:05Z',
              '2001-02-04T00:00:00Z',
            ],
          },
        },
      ),
    );

    expect(status).toBe(200);
    expect(body).toMatchObject({
      model_name: 'flights',
      model_version: '1',
      id: 'request-1',
      outputs: [{ name: 'score', datatype: 'FP32', shape: [4, 1] }],
      parameters: { deployment: 'deployment-1' },
    });
    const found = await logged();
    expect(found.map((row) => row?.score)).toEqual([
      expect.closeTo(sigmoid(1 + 1 + 0.5), 6),
      expect.closeTo(sigmoid(-2 - 1 + 0.5), 6),
      Number.NaN,
      expect.closeTo(sigmoid(0.07 + 0.5), 6),
    ]);
    const scores = found.map((row) => (Number.isNaN(row?.score) ? null : row?.score));
    expect(body).toMatchObject({ outputs: [{ data: scores }] });
    expect(found[1]).toMatchObject({
      id: 'b',
      time: '2001-02-03T03:05:06.789Z',
      model: 'flights',
      version: 1,
      features: { distance: -200, carrier: 'UA' },
    });
    expect(found[2]?.features).toEqual({ distance: null, carrier: 'AA' });
  });

  it('names rows after the request, or after a generated ID', async () => {
    await world.infer(
      rows(
        [
          [1, 'AA'],
          [2, 'AA'],
        ],
        { id: 'r' },
      ),
    );
    const { body } = await world.infer(rows([[3, 'AA']]));
    expect(body).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const ids = (await logged()).map((row) => row?.id);
    expect(ids.slice(0, 2)).toEqual(['r#0', 'r#1']);
    expect(body).toMatchObject({ id: ids[2]?.replace('#0', '') });
  });

  it('takes integers, doubles, flat shapes, nested data and any order of inputs', async () => {
    const carrier = { name: 'carrier', datatype: 'BYTES', shape: [2, 1], data: [['AA'], ['UA']] };
    for (const datatype of ['FP64', 'INT32', 'INT64', 'FP32']) {
      const distance = { name: 'distance', datatype, shape: [2], data: [100, 100] };
      const { status, body } = await world.infer({ inputs: [carrier, distance] });
      expect(status, JSON.stringify(body)).toBe(200);
    }
    expect((await logged()).map((row) => row?.features['carrier']).slice(0, 2)).toEqual([
      'AA',
      'UA',
    ]);
  });

  const distance = { name: 'distance', datatype: 'FP32', shape: [1, 1], data: [1] };
  const carrier = { name: 'carrier', datatype: 'BYTES', shape: [1, 1], data: ['AA'] };
  it.each<[string, unknown, RegExp]>([
    ['no object', [], /object with "inputs"/],
    ['no inputs', {}, /"inputs" must be an array/],
    ['a missing input', { inputs: [distance] }, /missing inputs: carrier/],
    ['no input at all', { inputs: [] }, /missing inputs: distance, carrier/],
    [
      'an extra input',
      { inputs: [distance, carrier, { ...carrier, name: 'x' }] },
      /"x" is not a feature/,
    ],
    ['an input that is null', { inputs: [null] }, /nothing is not a feature/],
    ['an input twice', { inputs: [distance, distance] }, /"distance" is given twice/],
    [
      'a wrong datatype',
      { inputs: [{ ...distance, datatype: 'BYTES' }, carrier] },
      /FP32, FP64, INT32/,
    ],
    [
      'a text in numbers',
      { inputs: [{ ...distance, data: ['1'] }, carrier] },
      /"1" in row 0, expected a number/,
    ],
    ['a number in texts', { inputs: [distance, { ...carrier, data: [1] }] }, /expected a string/],
    [
      'a fraction in integers',
      { inputs: [{ ...distance, datatype: 'INT32', data: [0.5] }, carrier] },
      /whole number/,
    ],
    [
      'a null in integers',
      { inputs: [{ ...distance, datatype: 'INT64', data: [null] }, carrier] },
      /whole number/,
    ],
    [
      'a shape that lies',
      { inputs: [{ ...distance, shape: [2, 1] }, carrier] },
      /shape \[2,1\] and 1 value\./,
    ],
    [
      'a wide shape',
      { inputs: [{ ...distance, shape: [1, 2] }, carrier] },
      /shape \[n\] or \[n, 1\]/,
    ],
    [
      'ragged inputs',
      { inputs: [{ ...distance, shape: [2], data: [1, 2] }, carrier] },
      /has 1 row, others have 2/,
    ],
    [
      'ragged nesting',
      { inputs: [{ ...distance, shape: [2], data: [[1], [2, 3]] }, carrier] },
      /\[2,3\] in row 1/,
    ],
    ['no rows', { inputs: [{ ...distance, shape: [0, 1], data: [] }, carrier] }, /0 rows/],
    [
      'too many rows',
      rows(Array.from({ length: 9 }, () => [1, 'AA'])),
      /9 rows, allowed are 1 to 8/,
    ],
    ['a number for an id', { ...rows([[1, 'AA']]), id: 7 }, /"id" must be a string/],
    [
      'too few ids',
      rows([[1, 'AA']], { parameters: { ids: [] } }),
      /must be a list of 1 string, one for each row/,
    ],
    [
      'an id twice',
      rows(
        [
          [1, 'AA'],
          [2, 'AA'],
        ],
        { parameters: { ids: ['a', 'a'] } },
      ),
      /two rows the same/,
    ],
    [
      'a vague time',
      rows([[1, 'AA']], { parameters: { times: ['yesterday'] } }),
      /expected a time like/,
    ],
    [
      'a time without a zone',
      rows([[1, 'AA']], { parameters: { times: ['2001-01-01T00:00:00'] } }),
      /expected a time/,
    ],
    [
      'a time to come',
      rows([[1, 'AA']], { parameters: { times: ['2999-01-01T00:00:00Z'] } }),
      /in the future/,
    ],
    [
      'an endless number',
      '{"inputs":[{"name":"distance","datatype":"FP32","shape":[1],"data":[1e999]}]}',
      /in row 0/,
    ],
    ['broken JSON', '{"inputs":', /JSON/],
  ])('refuses %s with one line that says why', async (_, body, expected) => {
    const answer = await world.infer(body);
    expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(expected) } });
    expect(JSON.stringify(answer.body)).not.toContain('\\n');
    expect(await logged()).toEqual([]);
  });

  it('describes what it serves', async () => {
    expect(await world.request('/v2')).toMatchObject({ status: 200, body: { name: 'wheelhouse' } });
    expect((await world.request('/v2/health/live')).status).toBe(200);
    expect((await world.request('/v2/health/ready')).status).toBe(200);
    expect((await world.request('/v2/models/flights/ready')).status).toBe(200);
    expect(await world.request('/v2/models/flights')).toEqual({
      status: 200,
      body: {
        name: 'flights',
        versions: ['1'],
        platform: 'onnxruntime_onnx',
        inputs: [
          { name: 'distance', datatype: 'FP32', shape: [-1, 1] },
          { name: 'carrier', datatype: 'BYTES', shape: [-1, 1] },
        ],
        outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
      },
    });
    expect(await world.request('/v2/models/flights/live')).toMatchObject({
      body: { version: 1, deployment: 'deployment-1', since: expect.stringMatching(/Z$/) },
    });
  });

  it('has nothing under a name that is not live, nor of another environment', async () => {
    for (const path of ['', '/ready', '/live'])
      expect(await world.request(`/v2/models/taxis${path}`)).toEqual({
        status: 404,
        body: { error: expect.stringContaining('nothing is live for "taxis"') },
      });
    expect((await world.request('/v2/models/taxis/infer', rows([[1, 'AA']]))).status).toBe(404);
    expect((await world.request('/nowhere')).body).toEqual({
      error: expect.stringContaining('/nowhere'),
    });

    world.registry.set(2, '0'.repeat(64), 'staging');
    await until(
      'version 1 is taken off',
      async () => (await world.infer(rows([[1, 'AA']]))).status === 404,
    );
    expect((await world.request('/v2/health/ready')).status).toBe(200);
  });

  it('stores labels on disk before it answers, even if nothing is live any more', async () => {
    const path = '/v2/models/flights/labels';
    const labels = [
      { id: 'a', label: 1 },
      { id: 'b', label: 0 },
    ];
    expect(await world.request(path, { labels })).toMatchObject({
      status: 200,
      body: { accepted: 2, unknown: 2 },
    });
    world.registry.clear();
    await until(
      'nothing is live',
      async () => (await world.request('/v2/models/flights')).status === 404,
    );
    expect((await world.request(path, { labels })).status).toBe(200);

    expect((await world.request('/v2/models/taxis/labels', { labels })).status).toBe(404);
    expect((await world.request('/v2/models/..%2Fx/labels', { labels })).status).toBe(400);
    expect(await world.request(path, { labels: [{ id: 'a', label: '1' }] })).toEqual({
      status: 400,
      body: { error: expect.stringContaining('in row 0') },
    });
  });
});
