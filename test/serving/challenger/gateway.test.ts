import type { ChildProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ArmTally } from '../../../src/core/rollout.ts';
import { crashingModel } from '../dividing-model.ts';
import { endlessModel } from '../endless-model.ts';
import { createIsolatedWorld, type IsolatedWorld } from '../isolation/world.ts';
import { tinyModel } from '../tiny-model.ts';
import { biased, rows, until } from '../world.ts';

let world: IsolatedWorld;
/** One for each test, since they share the gateway and its processes. */
let model = '';
let models = 0;
beforeAll(async () => {
  world = await createIsolatedWorld();
  await world.deploy('other', 1, biased(0));
  await world.gateway.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  models += 1;
  model = `flights${models}`;
  await world.deploy(model, 1, biased(0));
  await until('it is live', () => world.gateway.serving.some((one) => one.model === model));
});
afterEach(() => world.endChallenge(model));

const Answer = z.object({
  model_version: z.string(),
  parameters: z.object({ deployment: z.string() }),
});

/** One answered request; throws unless it was answered. */
async function ask(key?: string, wish?: 'challenger' | 'stable', distance = 1): Promise<number> {
  const body = rows([[distance, 'AA']]);
  const parameters = key === undefined ? {} : { parameters: { routing_key: key } };
  const headers = wish && { 'x-wheelhouse-version': wish };
  const { status, body: answer } = await world.infer(model, { ...body, ...parameters }, headers);
  expect(status, JSON.stringify(answer)).toBe(200);
  return Number(Answer.parse(answer).model_version);
}

const counted = () => world.counted.filter((one) => one.model === model);
const countedOf = (
  arm: 'stable' | 'challenger',
  what: keyof Pick<ArmTally, 'requests' | 'failures'>,
) => counted().reduce((sum, { tally }) => sum + tally[arm][what], 0);
const isReady = () => until('it is loaded', async () => counted().some(({ ready }) => ready));
const broken = () => counted().flatMap(({ tally }) => tally.broken ?? []);

const isRunning = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode === null && signalCode === null;

describe('serving: a rollout', () => {
  it('answers its weight of the requests, always the same keys, and more of them at the next step', async () => {
    await world.challenge(model, biased(1), { weight: 30 });
    await isReady();
    const keys = Array.from({ length: 100 }, (_, at) => `customer-${at}`);
    const askAll = () => Promise.all(keys.map((key) => ask(key)));
    let first = await askAll();
    // One that is late on a busy machine is answered by the stable version.
    await until('the same keys are answered by it', async () => {
      const before = first;
      first = await askAll();
      return isDeepStrictEqual(first, before);
    });
    const challenged = first.filter((version) => version === 9).length;
    expect(challenged).toBeGreaterThan(10);
    expect(challenged).toBeLessThan(55);

    await world.challenge(model, biased(1), { weight: 70, step: 1 });
    await until(
      'the next step',
      async () => (await askAll()).filter((one) => one === 9).length > 55,
    );
    await until('it keeps those that it had', async () => {
      const later = await askAll();
      return first.every((version, at) => version === 1 || later[at] === 9);
    });
    await until('they are told', async () => counted().some(({ step }) => step === 1));
    expect(counted()[0]).toMatchObject({ deployment: `${model}-deployment-9`, step: 0 });
    expect(countedOf('challenger', 'failures')).toBeLessThan(countedOf('challenger', 'requests'));

    world.endChallenge(model);
    await until('it is over', async () => (await askAll()).every((version) => version === 1));
  });

  it('is reached by a chosen caller, whose requests are not compared', async () => {
    await world.challenge(model, biased(1), { weight: 0 });
    await isReady();
    const before = countedOf('challenger', 'requests');
    expect(await ask('customer-1', 'challenger')).toBe(9);
    expect(await ask('customer-1')).toBe(1);
    expect(countedOf('challenger', 'requests')).toBe(before);
    const refused = await world.infer(model, rows([[1, 'AA']]), {
      'x-wheelhouse-version': '9',
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'x-wheelhouse-version is "9": write stable or challenger.' },
    });
    const key = await world.infer(model, {
      ...rows([[1, 'AA']]),
      parameters: { routing_key: 7 },
    });
    expect(key).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('routing_key') },
    });
  });

  it('answers nobody in shadow, and is compared and logged apart', async () => {
    // Its scores are on the other side of 0.5 for every row.
    await world.challenge(model, biased(-10), { shadow: true });
    await isReady();
    for (let at = 0; at < 20; at += 1) expect(await ask()).toBe(1);
    await until('copies are told', async () =>
      counted().some(({ tally }) => tally.shadow.requests > 0),
    );
    const shadow = counted().flatMap(({ tally }) =>
      tally.shadow.requests > 0 ? [tally.shadow] : [],
    );
    expect(shadow[0]?.flipped).toBe(shadow[0]?.requests);
    expect(shadow[0]?.slices).toEqual([
      { name: 'carrier=AA', rows: shadow[0]?.requests, flipped: shadow[0]?.requests },
    ]);
    await until('they are logged', async () =>
      (await readdir(world.logDir)).includes(`${model}@production.shadow`),
    );
  });

  it.each([
    ['hangs', () => endlessModel(1000), /did not answer 5 requests in a row within 0.5 s/],
    ['ends its process', () => crashingModel(1001), /ended its process 3 times \(SIGFPE\)/],
  ])('loses no request to a challenger that %s, and gives it up', async (_, bytes, why) => {
    await world.challenge(model, bytes(), { weight: 100 });
    await isReady();
    const askMany = () =>
      Promise.all(Array.from({ length: 30 }, () => ask(undefined, undefined, 1001)));
    expect(new Set(await askMany())).toEqual(new Set([1]));
    await until('it is given up', async () => {
      await ask(undefined, undefined, 1001);
      return broken().length > 0;
    });
    expect(broken()[0]).toMatch(why);
    expect(countedOf('challenger', 'failures')).toBeGreaterThanOrEqual(3);
    // The live version was not blamed.
    expect(world.stored).toEqual([]);
    expect(await ask()).toBe(1);
  });

  it('answers by the stable version where the challenger gives nothing usable', async () => {
    const unusable = tinyModel({
      ...{ weights: { distance: -1 }, categories: { carrier: {} }, bias: 2, link: 'Log' },
    });
    await world.challenge(model, unusable, { weight: 100 });
    await isReady();
    // A challenger that is late on a busy machine is also answered for by the stable version.
    await until('it answers', async () => (await ask()) === 9);
    const late = countedOf('challenger', 'failures');
    expect(await ask(undefined, undefined, 1001)).toBe(1);
    await until('it is told', async () => countedOf('challenger', 'failures') > late);
    expect(broken()).toEqual([]);
  });

  it('leaves no process behind, also if the one that answers is killed', async () => {
    const running = () => world.challengerProcesses.filter(isRunning);
    await world.challenge(model, biased(1), { weight: 100 });
    await isReady();
    expect(running()).toHaveLength(1);
    const [first] = running();
    for (const one of world.processes.filter(isRunning)) one.kill('SIGKILL');
    await until('it ended', () => first !== undefined && !isRunning(first));
    await until('another one answers', async () => (await ask().catch(() => 0)) === 9);
    expect(running()).toHaveLength(1);
    world.endChallenge(model);
    await until('none is left', () => running().length === 0);
  });

  it('says why a challenger does not load', async () => {
    await world.challenge(model, Buffer.from('no model'), { weight: 50 });
    await until('it is given up', async () => broken().length > 0);
    expect(broken()[0]).toMatch(/^It does not load: /);
    expect(await ask()).toBe(1);
  });
});
