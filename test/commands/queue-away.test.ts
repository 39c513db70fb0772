import { afterAll, beforeAll, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { openDesk } from './desk.ts';

/** What a job does that the same call had queued before. */
let begun = async () => {};

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  await desk.addVersion('run-1');
  await desk.addVersion('run-2');
  Object.defineProperty(desk.world, 'jobs', {
    value: {
      async enqueue() {
        await begun();
        throw new Unreachable('Queueing: the queue did not answer.', { next: 'Try again.' });
      },
    },
  });
});
afterAll(() => desk.close());

it.each(['train flights', 'compare flights 2 1', 'promote flights 2'])(
  '/%s says that nothing was started, and leaves nothing that could start later',
  async (line) => {
    const reply = await desk.say('dev', line);
    expect(reply).toMatchObject({ outcome: 'failed', fault: 'failed', audience: 'caller' });
    const runs = await desk.registry.runs.list({});
    const approvals = await desk.registry.approvals.list({});
    expect(runs.every(({ status }) => status === 'failed')).toBe(true);
    expect(approvals.every(({ status }) => status === 'refused')).toBe(true);
    expect(runs.length + approvals.length).toBeGreaterThan(0);
  },
);

it('/logs of such a run says why it failed', async () => {
  await desk.say('dev', 'train flights');
  const [run] = await desk.registry.runs.list({ status: 'failed' });
  expect((await desk.say('dev', `logs ${run?.id}`)).card.text).toBe(
    'It wrote no log lines.\n\nWhy it failed: The queue did not respond, so nothing was started.',
  );
});

it('/approve counts the vote; the deployment waits for tidy, without a further message', async () => {
  const { approvals } = desk.registry;
  const { id } = await approvals.request({
    id: 'approval-1',
    model: 'flights',
    version: 1,
    environment: 'production',
    requestedBy: 'dev',
    needed: 1,
  });
  const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'd' };
  await approvals.open(id, evidence, new Date(desk.clock.now().getTime() + 3_600_000));
  expect(await desk.say('lead', `approve ${id}`)).toMatchObject({ outcome: 'done' });
  expect(await approvals.get(id)).toMatchObject({
    status: 'approved',
    votes: [{ person: 'lead' }],
  });
});

it.each(['train flights', 'compare flights 2 1'])(
  '/%s does not end a run that the same call had queued before, and shows it',
  async (line) => {
    const { runs } = desk.registry;
    let id = '';
    begun = async () => {
      const [run] = await runs.list({ status: 'queued' });
      id = run?.id ?? 'none';
      await runs.begin(id);
    };
    expect(await desk.say('dev', line)).toMatchObject({ outcome: 'pending' });
    expect(await runs.get(id)).toMatchObject({ status: 'running' });
    await runs.finish(id, { status: 'succeeded' });
    begun = async () => {};
  },
);

it('/promote shows a request that the same call had queued before, and is open by now', async () => {
  const { approvals } = desk.registry;
  const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'd' };
  let id = '';
  begun = async () => {
    const [request] = await approvals.list({ statuses: ['checking'] });
    id = request?.id ?? 'none';
    await approvals.open(id, evidence, new Date(desk.clock.now().getTime() + 3_600_000));
  };
  expect(await desk.say('dev', 'promote flights 2')).toMatchObject({ outcome: 'checking' });
  expect(await approvals.get(id)).toMatchObject({ status: 'open' });
  begun = async () => {};
});

it('/promote shows a request that the same call had queued before, and the gates refused', async () => {
  const { approvals } = desk.registry;
  begun = async () => {
    const [request] = await approvals.list({ statuses: ['checking'] });
    await approvals.refuse(request?.id ?? 'none', undefined, 'A gate failed.');
  };
  expect(await desk.say('dev', 'promote flights 1')).toMatchObject({ outcome: 'checking' });
  begun = async () => {};
});
