import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwingModel } from '../dividing-model.ts';
import { tinyModel } from '../tiny-model.ts';
import { biased, rows, until } from '../world.ts';
import { createIsolatedWorld, type IsolatedWorld } from './world.ts';

let world: IsolatedWorld;
beforeEach(async () => {
  world = await createIsolatedWorld();
});
afterEach(() => world.close());

const versionOf = async (model: string, distance = 1) => {
  const answer = await world.infer(model, rows([[distance, 'AA']])).catch(() => undefined);
  return Number(/"model_version":"(\d+)"/.exec(JSON.stringify(answer?.body))?.[1]);
};

/** score = log(bias + weight · distance): NaN where that sum is negative. */
const logarithm = (bias: number, weight: number) =>
  tinyModel({
    ...{ weights: { distance: weight }, categories: { carrier: { AA: 0 } } },
    ...{ bias, link: 'Log' },
  });

// Processes start here, which takes time on a busy machine.
describe('serving: a live version that is of no use', () => {
  it('is kept out after a start, whether it does not load, throws or answers no number; hostile rows take no healthy one out', async () => {
    for (const model of ['unloadable', 'throwing', 'nan', 'healthy', 'only'])
      await world.deploy(model, 1, biased(0));
    await world.deploy('unloadable', 2, Buffer.from('no model'));
    await world.deploy('throwing', 2, throwingModel());
    await world.deploy('nan', 2, logarithm(-5, 0));
    // log(2 − distance): a number from 0 to 1 for a distance of 0 or 1, and NaN for hostile ones.
    await world.deploy('healthy', 2, logarithm(2, -1));
    await world.gateway.start();

    // Nothing waits for the verdict on a version that does not load.
    expect(await versionOf('unloadable')).toBe(1);
    for (let attack = 0; attack < 25; attack += 1) await versionOf('healthy', 1000 + attack);
    for (const model of ['unloadable', 'throwing', 'nan'])
      await until(`${model} v1 answers`, async () => {
        const version = await versionOf(model);
        const out = world.stored.some((quarantine) => quarantine.model === model);
        return version === 1 && out;
      });
    expect(await versionOf('healthy')).toBe(2);
    expect(await versionOf('only')).toBe(1);
    const found = world.stored.map(({ model, version, fault }) => `${model} v${version} ${fault}`);
    expect(found.sort()).toEqual(['nan v2 wrong', 'throwing v2 wrong', 'unloadable v2 unloadable']);
    expect(world.problems.map(String).join('\n')).toMatch(
      /nan v2 .* did not give a number from 0 to 1/,
    );

    await world.restart();
    expect(await versionOf('nan')).toBe(1);
    expect(await world.request('/v2/models/unloadable/live')).toMatchObject({
      body: {
        version: 1,
        problem: { version: 2, error: expect.stringContaining('does not load') },
      },
    });
  });
});
