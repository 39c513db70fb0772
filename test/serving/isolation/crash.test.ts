import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crashingModel } from '../dividing-model.ts';
import { endlessModel } from '../endless-model.ts';
import { biased, rows, until } from '../world.ts';
import { createIsolatedWorld, type IsolatedWorld } from './world.ts';

const HARMLESS = rows([[1, 'AA']]);
const FATAL = rows([[1001, 'AA']]);

let world: IsolatedWorld;
beforeEach(async () => {
  // Long, so that nothing is refused for being late while a process is killed.
  world = await createIsolatedWorld({ deadlineMs: 30_000 });
  await world.deploy('other', 1, biased(0));
  await world.deploy('flights', 1, biased(0));
});
afterEach(() => world.close());

const versionOf = async (model: string) => {
  const answer = await world.infer(model, HARMLESS).catch(() => undefined);
  return Number(/"model_version":"(\d+)"/.exec(JSON.stringify(answer?.body))?.[1]);
};

describe('serving: a model that ends its process', () => {
  it('is kept out once it did so twice by crashing; the last good version and other models answer', async () => {
    await world.deploy('flights', 2, crashingModel(1001));
    await world.gateway.start();
    expect(await versionOf('flights')).toBe(2);
    await until('it is kept out', async () => {
      await world.infer('flights', FATAL).catch(() => undefined);
      return world.stored.length > 0;
    });
    await until('version 1 answers', async () => (await versionOf('flights')) === 1);
    expect(await versionOf('other')).toBe(1);
    // The same request is answered now.
    expect((await world.infer('flights', FATAL)).status).toBe(200);
    expect(world.stored).toMatchObject([
      { model: 'flights', version: 2, fault: 'crashed', words: expect.stringContaining('SIGFPE') },
    ]);
  });

  it('is not blamed when others kill the process twice while it answers', async () => {
    await world.deploy('flights', 2, endlessModel(1000));
    await world.gateway.start();
    for (let kill = 0; kill < 2; kill += 1) {
      await until('version 2 answers', async () => (await versionOf('flights')) === 2);
      const cut = world.infer('flights', FATAL).then(
        () => 'answered',
        () => 'cut off',
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const child of world.processes) child.kill('SIGKILL');
      expect(await cut).toBe('cut off');
    }
    await until('version 2 answers', async () => (await versionOf('flights')) === 2);
    expect(world.stored).toEqual([]);
    expect(world.problems.map(String).join('\n')).toContain('ended (SIGKILL)');
  });
});
