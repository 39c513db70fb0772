import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { automationMayAct, heldForUndeploy } from '../../src/release/policy.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
let id: string;
beforeAll(async () => {
  desk = await openDesk();
  const version = await desk.addVersion('run-1');
  id = (await desk.goLive(1, version.artifact.sha256)).id;
});
afterAll(() => desk.close());

describe('/undeploy', () => {
  it('is suggested by a rollback that has nothing to restore', async () => {
    const { card } = await desk.say('dev', 'rollback flights');
    expect(card.title).toContain(
      '/undeploy flights --in production --reason "…" to take it out of service.',
    );
  });

  it('takes the model out of service, reports it everywhere, and does it once', async () => {
    const reply = await desk.say('dev', 'undeploy flights --reason "it answers nonsense"');
    expect(reply).toMatchObject({
      outcome: 'done',
      card: { title: 'flights is out of service in production', tone: 'warning' },
      alsoAt: [{ platform: 'web', channel: 'flights' }],
    });
    expect(desk.published).toContain('deployments flights');
    const again = await desk.say('lead', `undeploy flights --from ${id} --reason "me too"`);
    expect(again.card.facts).toContainEqual({ label: 'Reason', value: 'it answers nonsense' });
    expect(await desk.registry.audit.list({ subject: id })).toMatchObject([
      { action: 'deployment.undeploy', by: 'dev', after: { reason: 'it answers nonsense' } },
    ]);
    const status = await desk.say('dev', 'status flights');
    expect(status.card.facts?.[0]?.value).toMatch(
      /^nothing: v1 was taken out of service by dev, .* UTC: it answers nonsense$/,
    );
    expect(status.card.table?.rows[0]).toContain('undeployed');
  });

  it('puts automation on hold, once, until somebody resumes it', async () => {
    const { endpoints } = desk.registry;
    const of = { model: 'flights', environment: 'production' };
    const state = await endpoints.get(of);
    expect(state.hold).toMatchObject({
      ...{ by: 'dev', why: 'taken out of service: it answers nonsense' },
    });
    expect(automationMayAct(state)).toMatchObject({
      may: false,
      why: 'automation of flights in production is on hold: taken out of service: it answers nonsense',
    });
    const onHold = { label: 'Automation', value: 'on hold until somebody resumes it' };
    const held = await desk.say('dev', `undeploy flights --from ${id} --reason "again"`);
    expect(held.card.facts).toContainEqual(onHold);
    expect(held.card.actions?.[0]).toMatchObject({ command: 'resume' });
    await desk.say('dev', 'resume flights');
    // Repeated, the order undeploys nothing, so it holds nothing.
    const resumed = await desk.say('dev', `undeploy flights --from ${id} --reason "again"`);
    expect(resumed.card.facts).not.toContainEqual(onHold);
    expect(await endpoints.get(of)).not.toHaveProperty('hold');
  });

  it('checks the permission once more right before the write', async () => {
    const { people } = desk.world;
    const model = await desk.addVersion('run-3');
    const live = await desk.goLive(3, model.artifact.sha256);
    const { list } = desk.registry.links;
    // Between the command and the write, dev is removed from the workspace.
    desk.registry.links.list = async () => {
      desk.world.people.byId = () => undefined;
      return list();
    };
    const { byId } = people;
    const reply = await desk.say('dev', 'undeploy flights --reason "late"');
    desk.world.people.byId = byId;
    desk.registry.links.list = list;
    expect(reply.card.title).toBe(
      'dev is no longer a member of this workspace, so nothing was changed.',
    );
    expect((await desk.registry.deployments.live('flights', 'production'))?.id).toBe(live.id);
    const of = { model: 'flights', environment: 'production' };
    expect(await desk.registry.endpoints.get(of)).not.toHaveProperty('hold');
  });

  it('holds automation before it takes a version out, and keeps a hold that is there', async () => {
    const of = { model: 'flights', environment: 'production' };
    const { deployments, endpoints } = desk.registry;
    const live = await deployments.live('flights', 'production');
    const { undeploy } = deployments;
    // The registry becomes unreachable between the two writes.
    deployments.undeploy = async (_order, mayStill) => {
      await mayStill?.();
      throw new Unreachable('taking the deployment out of service: no answer.');
    };
    const lost = await desk.say('dev', 'undeploy flights --reason "late"');
    deployments.undeploy = undeploy;
    expect(lost.card.title).toContain('no answer');
    expect((await deployments.live('flights', 'production'))?.id).toBe(live?.id);
    const { hold } = await endpoints.get(of);
    expect(hold).toMatchObject({ by: 'dev', why: 'taken out of service: late' });
    const order = { deployment: live?.id ?? '', by: 'lead', reason: 'late too' };
    const seen = { stable: order.deployment, ...(hold && { hold }) };
    expect(heldForUndeploy(seen, order, new Date())).toBeUndefined();
    expect(heldForUndeploy({ stable: 'another' }, order, new Date())).toBeUndefined();
    await endpoints.change(of, () => ({ hold: null }));
  });

  it('ends when a version is live again, and its button only concerns the named one', async () => {
    const version = await desk.addVersion('run-2');
    await desk.goLive(2, version.artifact.sha256);
    const late = await desk.say('dev', `undeploy flights --from ${id} --reason "late"`);
    expect(late.card.title).toContain('is now live');
    const of = { model: 'flights', environment: 'production' };
    expect(await desk.registry.endpoints.get(of)).not.toHaveProperty('hold');
    const status = await desk.say('dev', 'status flights');
    expect(status.card.facts?.[0]?.value).toMatch(/^v2, since/);
    // A version may be given without --to, as with /rollback.
    const old = await desk.say('dev', 'undeploy flights --from v1 --reason "late"');
    expect(old.card.title).toContain('is now live');
    const meant = await desk.say('dev', 'undeploy flights --from 2 --reason "this one"');
    expect(meant).toMatchObject({
      outcome: 'done',
      card: {
        text: expect.stringContaining('/rollback flights --from v2 --in production restores'),
      },
    });
  });
});
