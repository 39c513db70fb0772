import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endlessModel } from '../endless-model.ts';
import { biased, rows, until } from '../world.ts';
import { createIsolatedWorld, type IsolatedWorld } from './world.ts';

const Answer = z.object({ model_version: z.string() });
/** The kernel chooses a process for each connection. */
const ANEW = { connection: 'close' };
const MANY = 60;

describe('serving: several processes that accept', () => {
  let world: IsolatedWorld;
  beforeAll(async () => {
    world = await createIsolatedWorld({ processes: 2 });
    await world.deploy('flights', 1, biased(0));
    await world.gateway.start();
  });
  afterAll(() => world.close());

  const asked = (ids: readonly string[], distance = 1) => {
    const body = rows([[distance, 'AA']]);
    return Promise.all(
      ids.map((id) => world.infer('flights', { ...body, parameters: { ids: [id] } }, ANEW)),
    );
  };
  const versions = async (name: string) => {
    const answers = await asked(Array.from({ length: MANY }, (_, at) => `${name}-${at}`));
    return new Set(answers.map(({ body }) => Number(Answer.parse(body).model_version)));
  };
  /** Each process logs its answers in separate files. */
  const writers = async () => {
    const names = await readdir(join(world.logDir, 'flights@production')).catch(() => []);
    return new Set(
      names.filter((name) => name.startsWith('predictions')).map((n) => n.slice(0, 40)),
    );
  };
  const running = () =>
    world.processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);

  it('share the callers, and know labels of what another one answered', async () => {
    await until('both answer', async () => {
      await versions('first');
      return (await writers()).size > 1;
    });
    const ids = Array.from({ length: MANY }, (_, at) => `first-${at}`);
    const answers = await Promise.all(
      ids.map((id) =>
        world.request('/v2/models/flights/labels', { labels: [{ id, label: 1 }] }, ANEW),
      ),
    );
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 200, body: { accepted: 1 } });
    const unknown = { labels: [{ id: 'nobody', label: 1 }] };
    const { body } = await world.request('/v2/models/flights/labels', unknown, ANEW);
    expect(body).toMatchObject({ accepted: 1, unknown: 1 });
  });

  it('have all made a switch when the gateway says so', async () => {
    await world.deploy('flights', 2, biased(1));
    await until('it says so', () => world.gateway.serving[0]?.version === 2);
    expect(await versions('second')).toEqual(new Set([2]));
    world.rollBack('flights');
    await until('it says so', () => world.gateway.serving[0]?.version === 1);
    expect(await versions('third')).toEqual(new Set([1]));
  });

  it('answer when one of them is killed, and are as many as before', async () => {
    await until('there are three', () => running().length === 3);
    running()[0]?.kill('SIGKILL');
    await until('all answer', async () => {
      const answers = await asked(['a', 'b', 'c', 'd']).catch(() => []);
      return answers.length === 4 && answers.every(({ status }) => status === 200);
    });
    await until('there are three again', () => running().length === 3);
    expect(world.stored).toEqual([]);
  });

  it('quarantine a version that hangs in one of them, and the others answer meanwhile', async () => {
    await world.deploy('taxis', 1, biased(0));
    await world.deploy('taxis', 2, endlessModel(100));
    const live = () => world.gateway.serving.find(({ model }) => model === 'taxis')?.version;
    await until('it is live', () => live() === 2);
    const hangs = world.infer('taxis', rows([[1000, 'AA']]), ANEW).catch(() => undefined);
    await until('it is quarantined', async () => {
      await asked(['x']).catch(() => undefined);
      return world.stored.length > 0;
    });
    await hangs;
    expect(world.stored).toMatchObject([{ model: 'taxis', version: 2, fault: 'hung' }]);
    await until('the one before answers', () => live() === 1);
    expect(await versions('last')).toEqual(new Set([1]));
  });
});
