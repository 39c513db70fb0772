import { describe, expect, it, onTestFinished } from 'vitest';
import { requireStillApproved } from '../../jobs/steps/still-approved.ts';
import { Unreachable } from '../../src/core/errors.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { DeployOrder } from '../../src/core/ports/deployments.ts';
import type { EndpointState } from '../../src/core/ports/endpoints.ts';
import { openDesk } from '../commands/desk.ts';
import { tries } from '../sweep.ts';

const endpoint = { model: 'flights', environment: 'production' };

const orderOf = (approval: string, version: number): DeployOrder => ({
  ...{ id: `deployment-of-${approval}`, ...endpoint, version, approval },
  ...{ artifact: 'a'.repeat(64), by: 'dev', reason: 'approved' },
});

/**
 * Attacks between the last vote and the write that switches, on the real registry. Each test has a registry of its own:
 * what one that fails leaves open would fail the next.
 */
async function openAttack() {
  const desk = await openDesk();
  onTestFinished(() => desk.close());
  await desk.addVersion('run-1');
  await desk.addVersion('run-2');
  const { approvals, deployments, endpoints } = desk.registry;
  const live = () => deployments.live('flights', 'production');

  let made = 0;
  async function open(version: number): Promise<Approval> {
    made += 1;
    const draft = { ...endpoint, version, requestedBy: 'dev', needed: 1 };
    const { id } = await approvals.request({ id: `approval-${made}`, ...draft });
    const champion = (await live())?.version;
    const evidence = {
      ...{ artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: `digest ${made}` },
      ...(champion !== undefined && { champion }),
    };
    const expires = new Date(desk.clock.now().getTime() + 3_600_000);
    const opened = await approvals.open(id, evidence, expires);
    if (!opened) throw new Error(`${id} did not open`);
    return opened;
  }

  async function approved(version: number): Promise<DeployOrder> {
    const { id } = await open(version);
    await desk.say('lead', `approve ${id}`);
    expect((await approvals.get(id)).status).toBe('approved');
    return orderOf(id, version);
  }

  return {
    ...{ desk, open, approved },
    live: async () => (await live())?.id,
    /** What the job does at the switch. `between` runs after the policy has agreed and before the write. */
    switching: (order: DeployOrder, between = async () => {}) =>
      deployments.deploy(order, async (seen: EndpointState) => {
        const change = await requireStillApproved(order, seen, desk.world);
        await between();
        return change;
      }),
    free: () => endpoints.change(endpoint, () => ({ lock: null })),
  };
}

describe('attacks on the switch', () => {
  it('makes one of two promotions live that are switched at once, in every attempt', async () => {
    const { desk, approved, live, switching, free } = await openAttack();
    for (let n = 0; n < tries(20).numRuns; n += 1) {
      const orders = [await approved(1), await approved(2)];
      const done = await Promise.allSettled(orders.map((order) => switching(order)));
      const won = done.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
      expect(won).toHaveLength(1);
      expect(await live()).toBe(won[0]);
      const { lock } = await desk.registry.endpoints.get(endpoint);
      expect(`deployment-of-${lock?.change}`).toBe(won[0]);
      await free();
    }
  });

  it('stops at a freeze that begins after the policy has agreed', async () => {
    const { desk, approved, live, switching } = await openAttack();
    const order = await approved(1);
    const before = await live();
    let begun = false;
    const attempt = switching(order, async () => {
      if (!begun) await desk.say('lead', 'freeze production "Black Friday"');
      begun = true;
    });
    await expect(attempt).rejects.toThrow(/^production is frozen \(Black Friday, by lead\)/);
    expect(await live()).toBe(before);
    await desk.say('lead', 'unfreeze production');
  });

  it('stops if the voter lost the role, or the clock was set back', async () => {
    const { desk, approved, live, switching } = await openAttack();
    const order = await approved(1);
    const before = await live();
    const { people } = desk.world;
    const set = (value: unknown) =>
      Object.defineProperty(desk.world, 'people', { value, configurable: true, writable: true });
    const byId = (id: string) => {
      const person = people.byId(id);
      return person && { ...person, role: 'viewer' as const };
    };
    set({ ...people, byId, of: ({ user }: { user: string }) => byId(user) });
    await expect(switching(order)).rejects.toThrow(/no longer approved/);
    set(people);
    desk.clock.forward(-3600);
    await expect(switching(order)).rejects.toThrow(/the clock of this machine shows/);
    desk.clock.forward(3600);
    expect(await live()).toBe(before);
  });

  it('deploys nothing while the endpoint cannot be read, or its store does not answer the write', async () => {
    const { desk, open, approved, live, switching } = await openAttack();
    const order = await approved(1);
    const before = await live();
    const down = async () => {
      throw new Unreachable('reading the endpoint: the registry did not answer.');
    };
    const { endpoints } = desk.world;
    Object.defineProperty(desk.world, 'endpoints', {
      value: { ...endpoints, get: down, change: down },
      configurable: true,
    });
    const { id } = await open(2);
    const reply = await desk.say('lead', `approve ${id}`);
    expect(reply).toMatchObject({ fault: 'failed' });
    expect((await desk.registry.approvals.get(id)).votes).toEqual([]);
    await desk.registry.approvals.supersede(id, 'of no use any more');
    Object.defineProperty(desk.world, 'endpoints', { value: endpoints, configurable: true });
    await expect(switching(order, down)).rejects.toThrow(Unreachable);
    expect(await live()).toBe(before);
  });

  it('does not count a vote of an older request that somebody copied into a newer one', async () => {
    const { desk, open, switching } = await openAttack();
    const older = await open(1);
    await desk.say('lead', `approve ${older.id}`);
    const [vote] = (await desk.registry.approvals.get(older.id)).votes;
    const newer = await open(2);
    const copied: Vote | undefined =
      vote && (await desk.registry.approvals.vote(newer.id, vote)) && vote;
    expect(copied?.asked?.evidence).toBe(older.evidence?.digest);
    const seen = await desk.registry.approvals.get(newer.id);
    // Edited by hand to look decided.
    await desk.registry.approvals.decide(seen, 'approved', 'Approved by lead.');
    await expect(switching(orderOf(newer.id, 2))).rejects.toThrow(
      /no longer approved.*vote does not count: the evidence has changed since then/,
    );
  });

  it('does not let a lock keep a rollback, which ends the change in progress', async () => {
    const { desk, approved, live, switching, free } = await openAttack();
    await free();
    await switching(await approved(1));
    await free();
    await switching(await approved(2));
    const top = (await live()) ?? '';
    expect((await desk.registry.endpoints.get(endpoint)).lock).toBeDefined();
    const { rollBack } = await import('../../jobs/roll-back.ts');
    const order = { id: 'back-1', ...endpoint, replaces: top, by: 'dev', reason: 'worse' };
    const world = Object.defineProperties(
      {},
      Object.getOwnPropertyDescriptors(desk.world),
    ) as typeof desk.world;
    Object.defineProperty(world, 'gateway', {
      value: { ...desk.world.gateway, serving: async () => ({ version: 1, deployment: 'back-1' }) },
    });
    await rollBack.perform({ ...order, via: 'web' }, world, new AbortController().signal);
    const state = await desk.registry.endpoints.get(endpoint);
    expect(state).toMatchObject({
      stable: 'back-1',
      hold: { by: 'dev', why: 'a rollback: worse' },
    });
    expect(state).not.toHaveProperty('lock');
  });
});
