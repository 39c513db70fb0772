import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../../commands/release.ts';
import { openDesk } from './desk.ts';

const SHA = '3f9a1c20b7d4e5f60718293a4b5c6d7e8f901234';

describe('commands/release', () => {
  let desk: Awaited<ReturnType<typeof openDesk>>;
  const train = (run: string, revision: string, dirty = false) =>
    desk.registry.versions.register({
      ...{ model: 'flights', run, parameters: {}, runtime: {}, reported: {}, createdBy: 'dev' },
      artifact: { sha256: run.padEnd(64, '0'), bytes: 1 },
      dataset: {
        window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
        ...{ sha256: 'd'.repeat(64), rows: 10 },
      },
      code: { revision, dirty },
    });
  const open = () =>
    desk.registry.approvals.list({ model: 'flights', statuses: ['checking', 'open'] });

  beforeAll(async () => {
    desk = await openDesk();
    await train('run-1', SHA);
    await train('run-2', SHA);
    await train('run-3', SHA, true);
    await train('run-4', `${SHA.slice(0, 39)}5`);
    await train('run-5', `4${SHA.slice(1)}`);
  });
  afterAll(() => desk?.close());

  it('finds the newest version of a commit without changes, also by the start of its name', async () => {
    const { versions } = desk.registry;
    expect(await versions.ofCommit('flights', SHA)).toMatchObject({ number: 2 });
    expect(await versions.ofCommit('flights', SHA.slice(0, 7))).toMatchObject({ number: 4 });
    expect(await versions.ofCommit('flights', 'f'.repeat(40))).toBeUndefined();
    expect(await versions.ofCommit('delay', SHA)).toBeUndefined();
    await expect(versions.ofCommit('flights', '.*')).rejects.toThrow('is not a commit');
  });

  it('makes one request of calls at the same moment, and shows it in each place', async () => {
    const from = (channel: string) => ({ platform: 'github', channel });
    const replies = await Promise.all(
      ['job-1', 'job-2', 'job-3'].map((channel) =>
        desk.invoke({
          ...{ id: channel, command: 'release', from: from(channel) },
          input: { model: 'flights', commit: SHA, to: 'production' },
          by: { platform: 'web', user: 'dev' },
        }),
      ),
    );
    const [request, ...others] = await open();
    expect(others).toEqual([]);
    expect(request).toMatchObject({ version: 2, environment: 'production', requestedBy: 'dev' });
    expect(new Set(replies.map(({ subject }) => subject))).toEqual(
      new Set([`approval:${request?.id}`]),
    );
    const copies = await desk.registry.outbox.copies(`approval:${request?.id ?? ''}`);
    const shown = copies.map(({ address }) => address.channel);
    expect(shown).toEqual(expect.arrayContaining(['job-1', 'job-2', 'job-3', 'flights']));
    expect(desk.queued.filter(({ job }) => job === 'request-promotion')).toHaveLength(1);
  });

  it('waits for a rollout that is on its way, and asks nobody again', async () => {
    const { approvals, endpoints } = desk.registry;
    const [waiting] = await open();
    if (!waiting) throw new Error('nothing is open');
    const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
    const opened = await approvals.open(waiting.id, evidence, new Date('2100-01-01'));
    await approvals.decide(opened ?? waiting, 'approved', 'one vote');
    const { id: stable } = await desk.goLive(1, 'run-1'.padEnd(64, '0'));
    const now = desk.clock.now();
    const rollout = {
      ...{ deployment: 'deployment-of-2', version: 2, stable, approval: waiting.id, by: 'dev' },
      ...{ began: now, since: now, step: 0, steps: [{ weight: 5, shadow: false, forMs: 60_000 }] },
    };
    const endpoint = { model: 'flights', environment: 'production' };
    await endpoints.change(endpoint, () => ({ rollout }));
    expect(await desk.say('dev', `release flights ${SHA}`)).toMatchObject({
      subject: `approval:${waiting.id}`,
    });
    expect(await open()).toEqual([]);
    await endpoints.change(endpoint, () => ({ rollout: null }));
    expect((await desk.say('dev', `release flights ${SHA}`)).subject).not.toBe(
      `approval:${waiting.id}`,
    );
    expect(await open()).toHaveLength(1);
  });

  it('makes one request of one event for ever, whatever became of the request', async () => {
    const by = desk.world.people.byId('dev');
    if (!by) throw new Error('nobody is called dev');
    // A process without any memory of it, as hours later.
    const again = (id: string) =>
      release.call({ model: 'flights', commit: SHA, to: 'production' }, desk.world, {
        ...{ id, by, from: { platform: 'github', channel: id } },
        account: { platform: 'github', user: '1' },
      });
    const [request] = await open();
    if (!request) throw new Error('nothing is open');
    // This one had joined another person's request.
    await desk.invoke({
      ...{ id: 'job-9', command: 'release', from: { platform: 'github', channel: 'job-9' } },
      input: { model: 'flights', commit: SHA, to: 'production' },
      by: { platform: 'web', user: 'dev' },
    });
    await desk.registry.approvals.supersede(request.id, 'test');
    const count = (await desk.registry.approvals.list({ model: 'flights' })).length;
    expect(await again('job-9')).toMatchObject({ subject: `approval:${request.id}` });
    expect((await desk.registry.approvals.list({ model: 'flights' })).length).toBe(count);
    // Another event is another request.
    expect((await again('job-10')).subject).not.toBe(`approval:${request.id}`);
    expect(await open()).toHaveLength(1);
  });

  it('says that a version is live already', async () => {
    await desk.goLive(5, 'run-5'.padEnd(64, '0'));
    const reply = await desk.say('dev', `release flights 4${SHA.slice(1)}`);
    expect(reply).toMatchObject({
      outcome: 'done',
      card: { title: 'flights v5 is already live in production.' },
    });
    expect(await open()).toHaveLength(1);
  });

  it('refuses an account that nobody is known by, and a person without the role', async () => {
    const by = { platform: 'github', user: '583231' };
    const stranger = await desk.as(by, `release flights ${SHA}`);
    expect(stranger).toMatchObject({
      fault: 'refused',
      card: { title: expect.stringContaining('Unknown github user') },
    });
    expect(await open()).toHaveLength(1);
  });
});
