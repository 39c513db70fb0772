import { afterAll, describe, expect, it } from 'vitest';
import type { Hold, Lock } from '../../src/core/ports/endpoints.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { deployments, endpoints } = library.registry;

const at = new Date('2026-06-01T10:00:00Z');
const lock: Lock = {
  ...{ by: 'dev', why: 'promoting v2', change: 'approval-1' },
  since: at,
  until: new Date('2026-06-01T10:10:00Z'),
};
const hold: Hold = { since: at, by: 'lead', why: 'v2 was rolled back' };
const order = (model: string, id: string, version: number) => ({
  ...{ id, model, version, environment: 'production', approval: 'approval-1' },
  ...{ artifact: 'a'.repeat(64), by: 'dev', reason: 'approved' },
});

describe('registry/endpoint-states', () => {
  it('holds an endpoint on which nothing was ever live', async () => {
    const of = { model: 'unborn', environment: 'production' };
    expect(await endpoints.get(of)).toEqual({ ...of, revision: 0 });
    expect(await endpoints.change(of, () => ({ hold }))).toEqual({ ...of, revision: 1, hold });
    expect(await deployments.live(of.model, of.environment)).toBeUndefined();
    expect(await deployments.history(of.model, of.environment)).toEqual([]);
    expect((await deployments.allLive()).some(({ model }) => model === of.model)).toBe(false);
    expect(await deployments.allOutOfService()).toEqual([]);
    await deployments.deploy(order(of.model, 'unborn-1', 1));
    expect(await endpoints.get(of)).toEqual({ ...of, revision: 2, stable: 'unborn-1', hold });
    expect(await endpoints.list()).toContainEqual(await endpoints.get(of));
  });

  it('writes lock and hold with the switch, and removes them', async () => {
    const of = { model: 'both', environment: 'production' };
    await deployments.deploy(order('both', 'both-1', 1), async (seen) => {
      expect(seen).toEqual({ ...of, revision: 0 });
      return { lock, hold };
    });
    expect(await endpoints.get(of)).toEqual({ ...of, revision: 1, stable: 'both-1', lock, hold });
    await deployments.deploy(order('both', 'both-2', 2), async (seen) => {
      expect(seen).toMatchObject({ revision: 1, stable: 'both-1', lock });
      return { lock: null };
    });
    expect(await endpoints.get(of)).toEqual({ ...of, revision: 2, stable: 'both-2', hold });
    expect(await endpoints.change(of, () => ({ hold: null }))).not.toHaveProperty('hold');
    expect(await endpoints.get(of)).toEqual({ ...of, revision: 3, stable: 'both-2' });
    const history = await deployments.history('both', 'production');
    expect(history.map(({ version, status }) => [version, status])).toEqual([
      [2, 'live'],
      [1, 'superseded'],
    ]);
  });

  it('does not switch an endpoint that was locked since it was looked at', async () => {
    const of = { model: 'raced', environment: 'production' };
    await deployments.deploy(order('raced', 'raced-1', 1));
    const seen: (string | undefined)[] = [];
    const switching = deployments.deploy(order('raced', 'raced-2', 2), async (state) => {
      seen.push(state.lock?.change);
      if (state.lock) throw new Error('locked');
      await endpoints.change(of, () => ({ lock }));
      return undefined;
    });
    await expect(switching).rejects.toThrow('locked');
    expect(seen).toEqual([undefined, 'approval-1']);
    expect((await endpoints.get(of)).stable).toBe('raced-1');
  });

  it('gives a lock to one of many, and leaves alone what a step leaves alone', async () => {
    const of = { model: 'many', environment: 'production' };
    const asked = Array.from({ length: 12 }, (_, n) => `approval-${n}`);
    const states = await Promise.all(
      asked.map((change) =>
        endpoints.change(of, (seen) => (seen.lock ? undefined : { lock: { ...lock, change } })),
      ),
    );
    const holders = new Set(states.map((state) => state.lock?.change));
    expect(holders.size).toBe(1);
    expect(await endpoints.get(of)).toMatchObject({ revision: 1 });
    await expect(
      endpoints.change(of, () => {
        throw new Error('not now');
      }),
    ).rejects.toThrow('not now');
    expect(await endpoints.get(of)).toMatchObject({ revision: 1 });
  });
});
