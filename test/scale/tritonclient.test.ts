import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readPredictions } from '../../src/serving/log/read.ts';
import { createIsolatedWorld, type IsolatedWorld } from '../serving/isolation/world.ts';
import { ALWAYS, foldersIn } from '../serving/rows.ts';
import { biased, until } from '../serving/world.ts';
import { pythonWith } from './python.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./ask_with_tritonclient.py', import.meta.url));
const TOKEN = 'for-the-time-of-this-test';

const Scores = z.object({
  shape: z.array(z.number()),
  dtype: z.string(),
  scores: z.array(z.number()),
});
const Refused = z.object({ status: z.string(), message: z.string() });
/** What one client received: see the script. */
const Heard = z.object({
  live: z.boolean(),
  ready: z.boolean(),
  server: z.object({ name: z.string(), extensions: z.array(z.string()) }),
  model: z.unknown(),
  versioned: z.unknown(),
  model_ready: z.array(z.boolean()),
  answered: Scores,
  version: z.string(),
  pinned: Scores,
  named: Scores,
  json: Scores.optional(),
  refused: z.record(z.string(), Refused.nullable()),
});
const Both = z.object({ http: Heard, grpc: Heard });

const python = await pythonWith(['tritonclient[http,grpc]==2.73.0']);

describe.skipIf(python === undefined)('tritonclient', () => {
  let world: IsolatedWorld;
  let heard: z.infer<typeof Both>;

  beforeAll(async () => {
    world = await createIsolatedWorld({ token: TOKEN, grpcPort: 0 });
    await world.deploy('flights', 1, biased(0));
    await world.gateway.start();
    const { address, grpcAddress = '' } = world.gateway;
    const words = [SCRIPT, new URL(address).host, grpcAddress, TOKEN];
    const { stdout } = await run(python ?? '', words);
    // Python writes NaN as such.
    heard = Both.parse(JSON.parse(stdout.replaceAll('NaN', '-1')));
  });
  afterAll(() => world.close());

  it.each(['http', 'grpc'] as const)('reads what a model takes and answers, by %s', (kind) => {
    const { live, ready, server, model, versioned, model_ready } = heard[kind];
    expect({ live, ready, model_ready }).toEqual({
      live: true,
      ready: true,
      model_ready: [true, true, false],
    });
    expect(server).toMatchObject({ name: 'wheelhouse', extensions: ['binary_tensor_data'] });
    const shape = kind === 'http' ? [-1, 1] : ['-1', '1'];
    expect(model).toEqual({
      ...{ name: 'flights', versions: ['1'], platform: 'onnxruntime_onnx' },
      inputs: [
        { name: 'distance', datatype: 'FP32', shape },
        { name: 'carrier', datatype: 'BYTES', shape },
      ],
      outputs: [{ name: 'score', datatype: 'FP32', shape }],
    });
    expect(versioned).toEqual(model);
  });

  it.each(['http', 'grpc'] as const)(
    'gets the same answers by %s as anybody else',
    async (kind) => {
      const { answered, version, pinned, named, json } = heard[kind];
      const names = ['distance', 'carrier'];
      const data = [
        [1.5, null, 300.25],
        ['AA', 'Zürich ✈', ''],
      ];
      const inputs = names.map((name, at) => ({
        ...{ name, datatype: at === 0 ? 'FP32' : 'BYTES', shape: [3, 1], data: data[at] },
      }));
      const headers = { authorization: `Bearer ${TOKEN}` };
      const { body } = await world.infer('flights', { inputs }, headers);
      const { outputs } = z
        .object({ outputs: z.array(z.object({ data: z.array(z.number().nullable()) })) })
        .parse(body);
      const expected = outputs[0]?.data.map((score) => (score === null ? -1 : Math.fround(score)));
      expect(answered).toEqual({ shape: [3, 1], dtype: 'float32', scores: expected });
      expect([pinned, named]).toEqual([answered, answered]);
      expect(version).toBe('1');
      if (kind === 'http') expect(json?.scores[0]).toBe(expected?.[0]);
    },
  );

  it('is refused in the same words by both', () => {
    const { environment, ...refused } = heard.grpc.refused;
    for (const [what, error] of Object.entries(refused))
      expect(error?.message, what).toBe(heard.http.refused[what]?.message);
    expect(Object.values(refused).map((error) => error?.status)).toEqual([
      'StatusCode.NOT_FOUND',
      'StatusCode.NOT_FOUND',
      'StatusCode.INVALID_ARGUMENT',
      'StatusCode.UNAUTHENTICATED',
    ]);
    expect(environment?.message).toBe('nothing is live for "flights" in staging.');
    expect(heard.http.refused['environment']).toBeNull();
  });

  it('is logged like everybody else, with its IDs and texts', async () => {
    const find = () => readPredictions(foldersIn(world.logDir), ALWAYS);
    await until('the rows are on disk', async () => (await find()).length >= 21);
    const found = await find();
    expect(found.filter(({ id }) => ['a', 'b', 'c'].includes(id))).toHaveLength(6);
    expect(new Set(found.map(({ features }) => features['carrier']))).toEqual(
      new Set(['AA', 'Zürich ✈', '']),
    );
  });
});
