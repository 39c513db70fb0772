import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const newest = async () => (await desk.registry.pipelines.list({ model: 'flights', limit: 1 }))[0];
const titleOf = async (user: string, line: string) => (await desk.say(user, line)).card.title;

describe('/pipeline', () => {
  it('says that none has run yet, and offers to run it', async () => {
    const { card } = await desk.say('dev', 'pipeline flights');
    expect(card).toMatchObject({
      title: 'No pipeline of flights has run yet',
      actions: [{ command: 'pipeline', argument: 'flights --run' }],
    });
  });

  it('runs for who may train, in one message, and in nobody else’s name', async () => {
    const before = await desk.everything();
    expect(await titleOf('nobody', 'pipeline run flights')).not.toMatch(/pipeline of flights is/);
    expect(await desk.everything()).toEqual(before);
    const reply = await desk.say('dev', 'pipeline run flights');
    expect(reply).toMatchObject({
      subject: `pipeline:${(await newest())?.id}`,
      card: { title: 'The pipeline of flights is at: Check the data' },
    });
    expect(await newest()).toMatchObject({ requestedBy: 'dev', to: 'production' });
    expect(await newest()).not.toHaveProperty('automation');
    expect(desk.queued.map(({ job }) => job)).toContain('pipeline-promote');
    expect(await titleOf('dev', 'pipeline flights --restart check')).toMatch(
      /has not ended, so it was not restarted\. It is at: Check the data\./,
    );
  });

  it('is ended, and says so, if it could not be queued', async () => {
    desk.clock.forward(1);
    const { jobs } = desk.world;
    const chain = async () => {
      throw new Unreachable('Queueing pipeline-promote: Redis is unreachable.');
    };
    Object.assign(desk.world, { jobs: { ...jobs, chain } });
    expect(await titleOf('dev', 'pipeline run flights')).toMatch(/Redis is unreachable/);
    Object.assign(desk.world, { jobs });
    const failed = await newest();
    expect(failed).toMatchObject({ end: { kind: 'failed' }, attempt: 1 });
    const again = `pipeline flights --restart check --id ${failed?.id}`;
    expect(await titleOf('lead', again)).toBe('The pipeline of flights is at: Check the data');
    expect(await newest()).toMatchObject({ attempt: 2, requestedBy: 'lead' });
  });

  it('goes on if the same call had queued it before', async () => {
    desk.clock.forward(1);
    const { jobs } = desk.world;
    const { pipelines } = desk.registry;
    const chain = async () => {
      const begun = { status: 'running', startedAt: desk.clock.now() } as const;
      await pipelines.change((await newest())?.id ?? 'none', ({ steps: [first, ...rest] }) =>
        first ? { steps: [{ ...first, ...begun }, ...rest] } : undefined,
      );
      throw new Unreachable('Queueing pipeline-promote: Redis is unreachable.');
    };
    Object.assign(desk.world, { jobs: { ...jobs, chain } });
    expect(await titleOf('dev', 'pipeline run flights')).toMatch(/is at: Check the data$/);
    Object.assign(desk.world, { jobs });
    expect((await newest())?.end).toBeUndefined();
    const end = { kind: 'failed', at: desk.clock.now() } as const;
    await pipelines.change((await newest())?.id ?? 'none', () => ({ end }));
  });

  it('of an agent is a proposal, and belongs to its owner once accepted', async () => {
    desk.clock.forward(1);
    await desk.ask('pipeline', { model: 'flights', run: true });
    const [filed] = await desk.registry.proposals.list({ status: 'open' });
    const before = await newest();
    await desk.say('lead', `accept ${filed?.id}`);
    expect((await newest())?.id).not.toBe(before?.id);
    expect(await newest()).toMatchObject({ requestedBy: filed?.owner, automation: 'agent claude' });
  });

  it('changes nothing while everything is read-only', async () => {
    await desk.say('ops', 'freeze --all "the database is moved"');
    const before = await newest();
    expect(await titleOf('ops', 'pipeline run flights')).toMatch(/Wheelhouse is read-only/);
    expect(await newest()).toEqual(before);
    expect((await desk.say('dev', 'pipeline flights')).outcome).not.toBe('refused');
  });
});
