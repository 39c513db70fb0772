import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, promote, until } from '../../bench/deliver.ts';
import { MODEL } from '../../bench/rollout/versions.ts';
import { latencyBin } from '../../src/core/latency.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { ArmTally } from '../../src/core/rollout.ts';
import { playsLong, SEED, WHOLE } from '../sweep.ts';
import { openRoles } from './crash/roles.ts';

const endpoint = { model: MODEL, environment: 'production' };
/** Longer than the job lock of a dead worker, its restart and a look. */
const PATIENCE_MS = 90_000;
const MINUTES_2 = 120_000;

let roles: Awaited<ReturnType<typeof openRoles>>;

const state = () => roles.container.registry.endpoints.get(endpoint);
const live = async () =>
  (await roles.container.registry.deployments.live(MODEL, endpoint.environment))?.version;
const say = (line: string) => command(roles, line.split(' '));
const eventually = (what: string, holds: () => Promise<boolean>) => until(what, holds, PATIENCE_MS);
const card = async (deployment: string) =>
  (await roles.container.registry.outbox.load(`rollout:${deployment}`))?.state.card;
const shows = (deployment: string, title: RegExp) =>
  eventually(`its message shows ${title}`, async () =>
    title.test((await card(deployment))?.title ?? ''),
  );
const isAt = (step: number) =>
  eventually(`step ${step}`, async () => (await state()).rollout?.step === step);

const arm = (requests: number): ArmTally => ({
  ...{ requests, failures: 0, times: [[latencyBin(4), requests]], answers: [[3, requests]] },
});
/** As if the gateway had counted enough, and the step's time were over. */
async function timePasses(deployment: string, step: number): Promise<void> {
  const { endpoints, tallies } = roles.container.registry;
  await tallies.add({
    ...{ ...endpoint, deployment, step, ready: true },
    tally: {
      ...{ stable: arm(9000), challenger: arm(3000) },
      shadow: { requests: step === 0 ? 3000 : 0, flipped: 0, dropped: 0, slices: [] },
    },
  });
  await endpoints.change(endpoint, ({ rollout }) =>
    rollout ? { rollout: { ...rollout, since: new Date(Date.now() - MINUTES_2) } } : undefined,
  );
}
const begin = (version: Version) => promote(roles, version, endpoint.environment);

const TITLE = 'a rollout, with every role in a process of its own';
describe.runIf(playsLong('worker killed in a rollout'))(TITLE, { timeout: 900_000 }, () => {
  beforeAll(async () => {
    roles = await openRoles();
    await promote(roles, roles.versions.stable, endpoint.environment);
  });
  afterAll(() => roles?.close());

  it('is looked at on time through the queue, and paused, resumed and ended by commands', async () => {
    const deployment = await begin(roles.versions.newer);
    await shows(deployment, /in shadow$/);
    await say(`pause ${MODEL} --reason quiet`);
    await shows(deployment, /, paused$/);
    await timePasses(deployment, 0);
    await eventually(
      'a look has seen that the time is over',
      async () => (await card(deployment))?.progress?.share === 1,
    );
    await expect(say(`pause ${MODEL}`)).rejects.toThrow('already paused: quiet');
    expect((await state()).rollout).toMatchObject({ step: 0, paused: { by: 'dev' } });
    await say(`resume ${MODEL}`);
    await isAt(1);
    await shows(deployment, /25% of requests$/);
    await say(`abort ${MODEL} --reason later`);
    await shows(deployment, /was aborted$/);
    expect(await state()).toMatchObject({ ended: { deployment, outcome: 'aborted', by: 'dev' } });

    const again = await begin(roles.versions.newer);
    await say(`rollback ${MODEL} --reason worse`);
    await shows(again, /was aborted$/);
    expect(await live()).toBe(roles.versions.stable.number);
  });

  it('comes to its end, and so does a rollback, though the worker is killed', async () => {
    for (let at = SEED % 40; at < 40; at += WHOLE ? 5 : 40) {
      let deaths = roles.deaths();
      /** The worker dies after some of the following database commands. */
      const killed = async (
        what: string,
        act: () => Promise<unknown>,
        holds: () => Promise<boolean>,
      ) => {
        await roles.dieAfter(at);
        await act();
        await eventually(`a death: ${what}`, async () => roles.deaths() > deaths);
        deaths = roles.deaths();
        await eventually(what, holds);
      };
      const deployment = await begin(roles.versions.newer);
      await timePasses(deployment, 0);
      await isAt(1);
      await killed(
        'it is switched to',
        () => timePasses(deployment, 1),
        async () => (await live()) === roles.versions.newer.number,
      );
      await shows(deployment, /answers all requests/);
      expect(await state()).toMatchObject({ ended: { deployment, outcome: 'promoted' } });
      await killed(
        'it is rolled back',
        () => say(`rollback ${MODEL} --reason worse`),
        async () => (await live()) === roles.versions.stable.number,
      );
      await eventually('the lock is released', async () => (await state()).lock === undefined);
      const events = await roles.container.registry.audit.list({ subject: deployment });
      expect(events.map(({ action }) => action).toSorted()).toEqual([
        ...['deployment.live', 'rollout.begin', 'rollout.end', 'rollout.step', 'rollout.step'],
      ]);
      expect(await roles.container.registry.audit.verify()).not.toHaveProperty('fault');
      await say(`resume ${MODEL}`).catch(() => undefined);
    }
  });
});
