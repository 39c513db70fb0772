import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { repair } from '../../commands/repair.ts';
import { modelsOf } from '../../config/models.ts';
import { applyTarget } from '../../jobs/apply-target.ts';
import { targetId } from '../../jobs/steps/target-memory.ts';
import { GivenUp, NotYet } from '../../src/core/target-errors.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { createTargets } from '../../src/wiring/targets.ts';
import { NO_GATEWAYS } from '../contracts/target.ts';
import { openReceiver, SECRET } from '../release/targets/receiver.ts';
import { openHarness } from './harness.ts';

const harness = await openHarness();
const receiver = await openReceiver();
afterAll(async () => {
  await receiver.close();
  await harness.end();
});
const { audit, clock, deployments, endpoints, notary, replies } = harness;

const kind = targetKindOf('webhook');
const target = {
  name: 'edge',
  ...kind.schema.parse({
    ...{ kind: 'webhook', url: receiver.url, observe_url: receiver.url, secret_env: 'EDGE_SECRET' },
  }),
};
const models = modelsOf([{ ...harness.spec, targets: [target] }]);
const targets = createTargets({
  ...{ programs: harness.programs, runFolders: harness.runFolders, bus: harness.bus },
  ...{ gateways: harness.registry.gateways, quarantines: harness.quarantines },
  ...{ registered: NO_GATEWAYS.registered, uriOf: NO_GATEWAYS.uriOf },
  ...{ now: () => clock.now(), environment: { EDGE_SECRET: SECRET } },
});

/** Each test has an endpoint of its own. */
let of = { model: 'flights', environment: '', target: 'edge' };
beforeEach(() => {
  of = { ...of, environment: `e${randomUUID().slice(0, 8)}` };
  receiver.got.length = 0;
  receiver.status = 202;
  receiver.report = '';
});

async function goLive(version: number, { ticket = true } = {}) {
  const { model, environment } = of;
  const approval = `approval-${randomUUID().slice(0, 8)}`;
  const artifact = String(version).repeat(64);
  const subject = { model, environment, version, artifact, approval };
  if (ticket) await notary.issue(subject, undefined, []);
  const id = `deployment-${randomUUID().slice(0, 8)}`;
  return deployments.deploy({ id, ...subject, by: 'dev', reason: 'test' });
}

const apply = (own: object = {}) => harness.perform(applyTarget, of, { models, targets, ...own });
const events = async () =>
  (await audit.list({ subject: targetId(of) })).map(({ action }) => action).toReversed();
async function shown() {
  for (const { after } of await audit.list({ subject: targetId(of) })) {
    const card = typeof after === 'object' && after && 'card' in after ? after['card'] : undefined;
    if (card !== undefined) return harness.shown(`target:${card}`);
  }
  return undefined;
}

describe('jobs/apply-target', () => {
  it('applies each switch once, with the tickets of its versions', async () => {
    expect(await apply()).toBeUndefined();
    expect(receiver.got).toEqual([]); // nothing was ever live
    const first = await goLive(1);
    for (const _ of [1, 2]) expect(await apply()).toBeUndefined();
    await goLive(2);
    expect(await apply()).toBeUndefined();
    const { restored } = await deployments.rollBack({
      ...{ id: `rollback-${of.environment}`, ...of, by: 'dev', reason: 'worse' },
      replaces: (await deployments.live(of.model, of.environment))?.id ?? '',
    });
    expect(await apply()).toBeUndefined();
    const order = { deployment: restored.id, by: 'dev', reason: 'out' };
    await deployments.undeploy({ ...order, model: of.model, environment: of.environment });
    expect(await apply()).toBeUndefined();
    expect(receiver.got.map(({ state }) => state)).toMatchObject([
      { stable: { version: 1, deployment: first.id, tickets: [{ payload: expect.any(String) }] } },
      { stable: { version: 2 } },
      { stable: { version: 1, deployment: restored.id } },
      { stable: null, challenger: null },
    ]);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(4);
    expect(await events()).toEqual([...Array(3).fill('target.apply'), 'target.remove']);
  });

  it('applies each step of a rollout, and no lock or hold', async () => {
    const stable = await goLive(1);
    await apply();
    const { model, environment } = of;
    const subject = { model, environment, version: 2, artifact: '2'.repeat(64), approval: 'a-2' };
    await notary.issue(subject, undefined, []);
    const proposal = { id: `proposed-${environment}`, ...subject, by: 'dev', reason: 'test' };
    const { id: deployment } = await deployments.propose(proposal);
    const steps = [
      { weight: 5, shadow: false, forMs: 1 },
      { weight: 100, shadow: false, forMs: 0 },
    ];
    const now = clock.now();
    await endpoints.change(of, () => ({
      rollout: {
        ...{ deployment, version: 2, stable: stable.id, approval: 'a-2', by: 'dev', steps },
        ...{ began: now, since: now, step: 0 },
      },
    }));
    await apply();
    await endpoints.change(of, () => ({ hold: { since: now, by: 'dev', why: 'test' } }));
    await apply();
    await endpoints.change(of, () => ({ rollout: null }));
    await apply();
    expect(receiver.got.map(({ state }) => state)).toMatchObject([
      { challenger: null },
      { stable: { version: 1 }, challenger: { version: 2, weight: 5, shadow: false } },
      { stable: { version: 1 }, challenger: null },
    ]);
  });

  it('applies it again under the same ID if it dies after it was applied', async () => {
    await goLive(1);
    const dying = { ...audit, append: () => Promise.reject(new Error('killed')) };
    const world = harness.worldWith({ models, targets, audit: dying });
    const { signal } = new AbortController();
    await expect(applyTarget.perform(of, world, signal)).rejects.toThrow('killed');
    expect(receiver.got).toHaveLength(1);
    expect(await apply()).toBeUndefined();
    expect(receiver.got).toHaveLength(2);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
    expect(await events()).toEqual(['target.apply']);
    expect(await shown()).toBeUndefined();
  });

  it.each(['open', 'show'] as const)(
    'has one message about a failure if it dies after %s',
    async (write) => {
      await goLive(1);
      receiver.status = 503;
      const opened: string[] = [];
      const dying: typeof replies = {
        ...replies,
        async open(subject, ...more) {
          opened.push(subject);
          await replies.open(subject, ...more);
          if (write === 'open') throw new Error('killed');
        },
        async show(...given) {
          await replies.show(...given);
          throw new Error('killed');
        },
      };
      await expect(apply({ replies: dying })).rejects.toThrow('killed');
      expect(await events()).toEqual([]);
      expect(
        await apply({ replies: { ...dying, show: replies.show, open: replies.open } }),
      ).toBeInstanceOf(Error);
      expect(await events()).toEqual(['target.failed']);
      const [event] = await audit.list({ subject: targetId(of) });
      expect(opened.map((subject) => subject.replace('target:', ''))).toEqual([
        Object.entries(event?.after ?? {}).find(([key]) => key === 'card')?.[1],
      ]);
    },
  );

  it('sends nothing without a valid ticket, whatever the registry says', async () => {
    await goLive(1, { ticket: false });
    expect(await apply()).toBeInstanceOf(Error);
    expect(receiver.got).toEqual([]);
    const card = await shown();
    expect(card?.title).toBe(`flights in ${of.environment} was not applied to the target edge`);
    expect(card?.text).toContain('flights v1 was not sent to the target: ');
  });

  it('tells a failure once with its cause, and leaves the switch alone', async () => {
    const { id } = await goLive(1);
    receiver.status = 503;
    for (const _ of [1, 2, 3]) expect(await apply()).toBeInstanceOf(Error);
    expect(await events()).toEqual(['target.failed']);
    expect((await shown())?.text).toContain('answered 503. The gateway is not affected.');
    expect((await shown())?.actions).toMatchObject([
      { command: 'repair', argument: `flights --in ${of.environment}` },
    ]);
    expect((await deployments.live(of.model, of.environment))?.id).toBe(id);
    receiver.status = 202;
    expect(await apply()).toBeUndefined();
    expect(receiver.got).toHaveLength(1);
    expect((await shown())?.title).toMatch(/^The target edge has taken the wanted state of/);
  });

  it('tells drift once, after the time to settle, and that it is over', async () => {
    await goLive(2);
    await apply();
    receiver.report = '{"stable": {"version": 1}}';
    await apply();
    expect(await events()).toEqual(['target.apply']);
    clock.forward(121);
    for (const _ of [1, 2]) expect(await apply()).toBeUndefined();
    expect(await events()).toEqual(['target.apply', 'target.drift']);
    expect((await shown())?.table?.rows).toEqual([['Version', 'v2', 'v1']]);
    expect(receiver.got).toHaveLength(1); // never repaired without anybody asking
    receiver.report = '{"stable": {"version": 2}}';
    clock.forward(121);
    await apply();
    expect(await events()).toEqual(['target.apply', 'target.drift', 'target.synced']);
    expect((await shown())?.title).toMatch(/^The target edge shows the wanted state of/);
    // The next drift gets a new message.
    receiver.report = '{"stable": null}';
    clock.forward(121);
    await apply();
    expect((await shown())?.table?.rows).toEqual([['Version', 'v2', 'none']]);
  });

  it('tells once that it cannot be observed, and does not take that for drift', async () => {
    await goLive(1);
    await apply();
    receiver.report = 'oops';
    clock.forward(121);
    for (const _ of [1, 2]) {
      expect(await apply()).toBeInstanceOf(Error);
      clock.forward(121);
    }
    expect(await events()).toEqual(['target.apply', 'target.unseen']);
    expect(receiver.got).toHaveLength(1);
  });

  it('is repaired by /repair, under a new ID', async () => {
    await goLive(2);
    await apply();
    receiver.report = '{"stable": {"version": 1}}';
    clock.forward(121);
    await apply();
    const environments = { first: '', list: () => [], get: () => of.environment };
    const by = { id: 'dev', name: 'Dev', role: 'operator', on: ['web'] } as const;
    const asking = {
      id: `ask-${of.environment}`,
      by,
      from: { platform: 'web', channel: 'flights' },
    };
    const world = harness.worldWith({ models, environments });
    const account = { platform: 'web', user: 'dev' };
    const reply = await repair.call({ model: 'flights' }, world, { ...asking, account });
    expect(reply.card.title).toContain('to edge. If it fails,');
    expect(harness.queued.at(-1)).toEqual({ name: 'apply-target', payload: of });
    await apply();
    expect(receiver.got.map(({ state }) => state)).toMatchObject([
      { stable: { version: 2 } },
      { stable: { version: 2 } },
    ]);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(2);
    expect((await shown())?.title).toMatch(/^The target edge has taken the wanted state of/);
  });

  it('applies what is wanted now if that changed while it was applied', async () => {
    await goLive(1);
    let isFirst = true;
    const slow: typeof targets.apply = async (...given) => {
      if (isFirst) await goLive(2);
      isFirst = false;
      return targets.apply(...given);
    };
    expect(await apply({ targets: { ...targets, apply: slow } })).toBeUndefined();
    expect(receiver.got.map(({ state }) => state)).toMatchObject([
      { stable: { version: 1 } },
      { stable: { version: 2 } },
    ]);
  });

  it('looks again at a target that is on its way, and then tells it what is wanted by then', async () => {
    await goLive(1);
    await apply();
    await goLive(2);
    let looks = 0;
    const slow: typeof targets.apply = async (...given) => {
      looks += 1;
      if (looks > 1) return targets.apply(...given);
      // Somebody goes back to the state that it was told last.
      await deployments.rollBack({
        ...{ id: `rollback-${of.environment}`, ...of, by: 'dev', reason: 'worse' },
        replaces: (await deployments.live(of.model, of.environment))?.id ?? '',
      });
      throw new NotYet('v2 starts');
    };
    expect(await apply({ targets: { ...targets, apply: slow } })).toBeUndefined();
    expect(receiver.got.map(({ state }) => state)).toMatchObject([
      { stable: { version: 1 } },
      { stable: { version: 1 } },
    ]);
    expect(await events()).toEqual(['target.apply', 'target.begin', 'target.apply']);
    expect(await shown()).toBeUndefined();
  });

  it('gives up once, and tries again only for another state or if somebody asks', async () => {
    await goLive(1);
    let calls = 0;
    const refuses: typeof targets.apply = async () => {
      calls += 1;
      throw new GivenUp('The split does not show.');
    };
    const own = { targets: { ...targets, apply: refuses } };
    expect(await apply(own)).toBeInstanceOf(Error);
    for (const _ of [1, 2]) expect(await apply(own)).toBeUndefined();
    expect([calls, await events()]).toEqual([1, ['target.failed']]);
    expect((await shown())?.title).toMatch(/^The target edge refuses what is wanted of flights/);
    expect((await shown())?.text).toContain('It is not tried again until something else is wanted');
    const repaired = {
      by: 'dev',
      action: 'target.repair',
      subject: targetId(of),
      via: 'web',
    } as const;
    const card = (await audit.list({ subject: targetId(of) }))[0]?.after ?? null;
    const { model, environment } = of;
    await audit.append({
      id: `repair-${environment}`,
      ...repaired,
      model,
      environment,
      after: card,
    });
    expect(await apply(own)).toBeInstanceOf(Error);
    expect(calls).toBe(2);
    await goLive(2);
    expect(await apply()).toBeUndefined();
    expect((await shown())?.title).toMatch(/^The target edge has taken the wanted state of/);
  });

  it('does nothing for a target that is no longer configured', async () => {
    await goLive(1);
    expect(await apply({ models: modelsOf([harness.spec]) })).toBeUndefined();
    expect(receiver.got).toEqual([]);
    expect(await replies.placesOf('target:none')).toEqual([]);
  });
});
