import { afterAll, describe, expect, it } from 'vitest';
import type { RolloutState } from '../../src/core/rollout.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { deployments, endpoints, tallies } = library.registry;

const at = new Date('2026-06-01T10:00:00Z');
const order = (model: string, version: number) => ({
  ...{ id: `${model}-${version}`, model, version, environment: 'production' },
  ...{ approval: `approval-${version}`, artifact: String(version).repeat(64) },
  ...{ by: 'dev', reason: 'approved' },
});
const rolloutOf = (model: string, version: number): RolloutState => ({
  ...{ deployment: `${model}-${version}`, version, stable: `${model}-1` },
  ...{ approval: `approval-${version}`, by: 'dev', began: at, since: at, step: 0 },
  steps: [
    { weight: 5, shadow: false, forMs: 1000 },
    { weight: 100, shadow: false, forMs: 0 },
  ],
});
async function begun(model: string) {
  const of = { model, environment: 'production' };
  await deployments.deploy(order(model, 1));
  await deployments.propose(order(model, 2));
  await endpoints.change(of, () => ({ rollout: rolloutOf(model, 2) }));
  return of;
}

describe('registry: rollouts', () => {
  it('keeps the challenger out of what is live and out of the history', async () => {
    const of = await begun('flights');
    expect(await deployments.propose(order('flights', 2))).toMatchObject({ status: 'pending' });
    expect(await endpoints.get(of)).toMatchObject({
      stable: 'flights-1',
      rollout: { deployment: 'flights-2', steps: [{ weight: 5 }, { weight: 100 }], began: at },
    });
    expect(await deployments.live('flights', 'production')).toMatchObject({ version: 1 });
    expect(await deployments.history('flights', 'production')).toHaveLength(1);
  });

  it('ends a rollout in the write that makes its version live', async () => {
    const of = await begun('prices');
    await deployments.deploy(order('prices', 2));
    const state = await endpoints.get(of);
    expect(state).not.toHaveProperty('rollout');
    expect(state).toMatchObject({ stable: 'prices-2', ended: { outcome: 'promoted' } });
    expect(await deployments.find('prices-2')).toMatchObject({ status: 'live' });
  });

  it('ends a rollout that a rollback overtakes, and never makes its version live afterwards', async () => {
    const of = await begun('fares');
    await deployments.deploy(order('fares', 3));
    expect(await endpoints.get(of)).toMatchObject({ ended: { outcome: 'replaced' } });
    expect(await deployments.find('fares-2')).toMatchObject({ status: 'rolled_back' });
    expect(await deployments.deploy(order('fares', 2))).toMatchObject({ status: 'rolled_back' });
    expect(await deployments.live('fares', 'production')).toMatchObject({ version: 3 });
    expect(
      (await deployments.history('fares', 'production')).map(({ version }) => version),
    ).toEqual([3, 1]);
  });

  it('restores a version further back, and forgets those in between', async () => {
    for (const version of [1, 2, 3, 4]) await deployments.deploy(order('trips', version));
    const back = { model: 'trips', environment: 'production', by: 'dev', reason: 'bad' };
    const { restored, replaced } = await deployments.rollBack({
      ...{ ...back, id: 'back-1', replaces: 'trips-4', restores: 'trips-2' },
    });
    expect([restored.version, replaced.version]).toEqual([2, 4]);
    expect(await deployments.previousGood('trips', 'production')).toMatchObject({ version: 1 });
    const gone = { ...back, id: 'back-2', replaces: 'back-1', restores: 'trips-3' };
    await expect(deployments.rollBack(gone)).rejects.toThrow(/can no longer be restored/);
    await deployments.rollBack({ ...back, id: 'back-3', replaces: 'back-1' });
    expect(await deployments.live('trips', 'production')).toMatchObject({ version: 1 });
  });

  it('adds the counts of all gateways, whatever a slice is called', async () => {
    const arm = {
      requests: 2,
      failures: 1,
      times: [[3, 2]] as const,
      answers: [[-4, 0.5]] as const,
    };
    const slices = [{ name: 'carrier=A.$b/é', rows: 4, flipped: 1 }];
    const tally = {
      ...{
        stable: arm,
        challenger: arm,
        shadow: { requests: 2, flipped: 0.25, dropped: 1, slices },
      },
    };
    const counted = { model: 'm', environment: 'production', deployment: 'd', step: 0, tally };
    await Promise.all([
      tallies.add({ ...counted, ready: false }),
      tallies.add({ ...counted, ready: true }),
    ]);
    await tallies.add({ ...counted, tally: { ...tally, broken: 'It hung.' }, ready: false });
    expect(await tallies.of('d', 0)).toEqual({
      stable: { requests: 6, failures: 3, times: [[3, 6]], answers: [[-4, 1.5]] },
      challenger: { requests: 6, failures: 3, times: [[3, 6]], answers: [[-4, 1.5]] },
      shadow: {
        ...{ requests: 6, flipped: 0.75, dropped: 3 },
        slices: [{ name: 'carrier=A.$b/é', rows: 12, flipped: 3 }],
      },
      ...{ broken: 'It hung.', ready: true },
    });
    expect(await tallies.of('d', 1)).toBeUndefined();
  });
});
