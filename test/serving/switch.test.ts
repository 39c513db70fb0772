import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPredictions } from '../../src/serving/log/read.ts';
import { foldersIn } from './rows.ts';
import { sigmoid } from './tiny-model.ts';
import { biased, createWorld, rows, until, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld({ pollMs: 50 });
});
afterEach(() => world.close());

const BIASES = [0, -1, 0.25, 2];

async function store(version: number) {
  return (await world.artifacts.putBytes(biased(BIASES[version] ?? 0))).sha256;
}

async function liveVersion() {
  const { body } = await world.request('/v2/models/flights/live');
  return body !== null && typeof body === 'object' && 'version' in body ? body.version : undefined;
}

/** The version that answered and its score, for one row with score sigmoid(bias). */
async function ask(): Promise<{ version: number; score: number }> {
  const { status, body } = await world.infer(rows([[0, 'other']]));
  expect(status, JSON.stringify(body)).toBe(200);
  const match = /"model_version":"(\d+)".*"data":\[([^\]]+)\]/.exec(JSON.stringify(body));
  return { version: Number(match?.[1]), score: Number(match?.[2]) };
}

// Thousands of requests, which take time on a busy machine.
describe('serving: switching', () => {
  it('drops no request under load: each has one version’s answer, and no old one after a new one', async () => {
    const artifacts = await Promise.all([1, 2, 3].map(store));
    world.registry.set(1, artifacts[0] ?? '');
    await world.gateway.start();

    const clients = 8;
    let target = 1;
    let stop = false;
    const answers: { client: number; version: number; score: number }[] = [];
    const load = Array.from({ length: clients }, async (_, client) => {
      while (!stop) answers.push({ client, ...(await ask()) });
    });
    for (const [index, artifact] of artifacts.entries()) {
      target = index + 1;
      world.registry.set(target, artifact);
      await until(`version ${target} is live`, async () => (await liveVersion()) === target);
      // Every request from here on is answered by the new version.
      expect((await ask()).version).toBe(target);
      const enough = 700 * target;
      await until(`${enough} answers`, () => answers.length >= enough);
    }
    stop = true;
    await Promise.all(load);

    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([1, 2, 3]));
    for (const { version, score } of answers)
      expect(score).toBeCloseTo(sigmoid(BIASES[version] ?? 0), 6);
    for (let client = 0; client < clients; client += 1) {
      const versions = answers.filter((one) => one.client === client).map(({ version }) => version);
      expect(versions).toEqual(versions.toSorted());
    }
    await world.log.flush();
    const window = { from: new Date(0), to: new Date('2999-01-01') };
    const found = await readPredictions(foldersIn(world.logDir), window);
    expect(found).toHaveLength(answers.length + 3);
    expect(world.problems).toEqual([]);
  });

  it('goes back without touching the disk', async () => {
    const [first, second] = await Promise.all([1, 2].map(store));
    world.registry.set(1, first ?? '');
    await world.gateway.start();
    world.registry.set(2, second ?? '');
    await until('version 2 is live', async () => (await liveVersion()) === 2);

    await writeFile(await world.artifacts.path(first ?? ''), 'overwritten');
    world.registry.set(1, first ?? '');
    await until('version 1 is back', async () => (await liveVersion()) === 1);
    expect((await ask()).version).toBe(1);
    expect(world.problems).toEqual([]);
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      'is corrupt',
      async () => {
        const sha256 = await store(2);
        await writeFile(await world.artifacts.path(sha256), 'overwritten');
        return sha256;
      },
      /corrupt/,
    ],
    [
      'is no model',
      async () => (await world.artifacts.putBytes(Buffer.from('x'))).sha256,
      /not a readable ONNX file/,
    ],
    ['is missing', async () => 'a'.repeat(64), /not in/],
  ])(
    'keeps the old version when the artifact of the new one %s, and says so',
    async (_, make, words) => {
      world.registry.set(1, await store(1));
      await world.gateway.start();
      const broken = await make();
      world.registry.set(2, broken);
      await until('the problem is told', () => world.problems.length > 0);

      expect((await ask()).version).toBe(1);
      expect(world.problems.map(String)).toEqual([expect.stringMatching(words)]);
      expect(world.problems[0]?.next).toContain('version 1 keeps serving');
      const problem = {
        version: 2,
        deployment: 'deployment-2',
        error: expect.stringMatching(words),
      };
      expect(await world.request('/v2/models/flights')).toMatchObject({
        body: { versions: ['1'], problem },
      });
      expect(await world.request('/v2/models/flights/live')).toMatchObject({
        body: { version: 1, problem },
      });
    },
  );

  it('tries again what did not load, and takes it when it has been repaired', async () => {
    const sha256 = await store(1);
    await writeFile(await world.artifacts.path(sha256), 'overwritten');
    world.registry.set(1, sha256);
    await world.gateway.start();
    // One model that does not load must not take the others from their callers.
    expect((await world.request('/v2/health/ready')).status).toBe(200);
    expect(await world.request('/v2/models/flights/ready')).toMatchObject({
      status: 503,
      body: { name: 'flights', ready: false, error: expect.stringContaining('corrupt') },
    });
    expect(await world.infer(rows([[1, 'AA']]))).toEqual({
      status: 503,
      body: { error: expect.stringContaining('corrupt') },
    });

    await store(1);
    await until(
      'version 1 answers',
      async () => (await world.request('/v2/models/flights/ready')).status === 200,
    );
    expect(await ask()).toMatchObject({ version: 1 });
    expect(world.problems).toHaveLength(1);
  });

  it('answers that a model is out of service, by whom and why, until a version is live again', async () => {
    world.registry.set(1, await store(1));
    await world.gateway.start();
    expect(await world.request('/v2/models/flights/ready')).toEqual({
      status: 200,
      body: { name: 'flights', ready: true, version: 1, deployment: 'deployment-1' },
    });
    world.registry.takeOut('taken out of service by lead: it is wrong');
    await until('it is out', async () => (await world.infer(rows([[1, 'AA']]))).status === 503);
    const error = 'flights v1 does not answer: taken out of service by lead: it is wrong';
    expect(await world.infer(rows([[1, 'AA']]))).toMatchObject({ status: 503, body: { error } });
    expect(await world.request('/v2/models/flights/ready')).toMatchObject({
      status: 503,
      body: {
        ready: false,
        error: 'taken out of service by lead: it is wrong',
        problem: { version: 1, deployment: 'deployment-1' },
      },
    });
    expect(world.problems).toEqual([]);
    world.registry.set(2, await store(2));
    await until('it is back', async () => (await world.infer(rows([[1, 'AA']]))).status === 200);
  });
});
