import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { jobs as all } from '../../jobs/index.ts';
import { moveOldLanes } from '../../src/queue/old-lanes.ts';
import { deskJob, openDesk, until } from './desk.ts';

/* Jobs as release 639ca5f queued them, by its lanes and names. */

let desk: Awaited<ReturnType<typeof openDesk>>;
let redis: Redis;
beforeEach(async () => {
  desk = await openDesk();
  redis = new Redis(desk.url, { maxRetriesPerRequest: null });
});
afterEach(async () => {
  redis.disconnect();
  await desk.close();
});
const opened: Queue[] = [];
afterAll(() => Promise.all(opened.map((queue) => queue.close())));

function lane(name: string): Queue {
  const queue = new Queue(name, { connection: redis, prefix: desk.prefix });
  opened.push(queue);
  return queue;
}

const waiting = async (name: string) => {
  const found = await lane(name).getJobs(['wait', 'delayed', 'active', 'prioritized'], 0, -1, true);
  return found.map((job) => [job.name, job.data]);
};
const heard = {
  what: { invocation: { id: 'event-1', from: { platform: 'slack', channel: 'C1' } } },
  to: null,
};

it('moves what waits to the lane that each job has now, in its order', async () => {
  await lane('kiln').add('train', { run: 'run-1' });
  await lane('kiln').add('evaluate', { run: 'run-2' });
  await lane('kiln').add('train', { run: 'run-3' }, { delay: 60_000 });
  await lane('desk').add('deploy', { approval: 'approval-1' });
  await lane('desk').add('request-promotion', { approval: 'approval-2' });
  await lane('bell').add('hear', heard);
  await lane('post').add('notify', { subject: 'run:run-1' });
  const { adopt } = await desk.open();
  await adopt(all);
  expect(await waiting('training')).toEqual([
    ['train', { run: 'run-1' }],
    ['train', { run: 'run-3' }],
  ]);
  expect(await waiting('evaluation')).toEqual([
    ['evaluate', { run: 'run-2' }],
    ['request-promotion', { approval: 'approval-2' }],
  ]);
  expect(await waiting('control')).toEqual([['deploy', { approval: 'approval-1' }]]);
  // Unsigned, so the author is unknown.
  expect(await waiting('inbound')).toEqual([]);
  expect(
    desk.log.said('a job of an earlier release is not signed, so it was dropped'),
  ).toHaveLength(1);
  expect(await waiting('outbound')).toEqual([['notify', { subject: 'run:run-1' }]]);
  for (const old of ['kiln', 'desk', 'bell', 'post']) expect(await waiting(old)).toEqual([]);
});

it('moves the checks that an earlier release had in the lane of rollbacks, and leaves those', async () => {
  const check = { model: 'flights', monitor: 'drift', tick: '2001-06-01' };
  await lane('control').add('check-monitor', check);
  await lane('control').add('deploy', { approval: 'approval-1' });
  const { adopt } = await desk.open();
  await adopt(all);
  expect(await waiting('control')).toEqual([['deploy', { approval: 'approval-1' }]]);
  expect(await waiting('monitoring')).toEqual([['check-monitor', check]]);
});

it('moves nothing twice, however often and by however many at once', async () => {
  for (let n = 0; n < 5; n++) await lane('kiln').add('train', { run: `run-${n}` });
  const queues = await Promise.all([desk.open(), desk.open(), desk.open()]);
  await Promise.all(queues.map(({ adopt }) => adopt(all)));
  for (const { adopt } of queues) await adopt(all);
  expect(await waiting('training')).toHaveLength(5);
});

it('loses nothing after a crash between adding and removing, and adds it once', async () => {
  for (let n = 0; n < 4; n++) await lane('kiln').add('train', { run: `run-${n}` });
  const { jobs, adopt } = await desk.open();
  let added = 0;
  const dying = {
    ...jobs,
    enqueue: async (...given: Parameters<typeof jobs.enqueue>) => {
      await jobs.enqueue(...given);
      added += 1;
      if (added === 2) throw new Error('the process died here');
    },
  };
  const move = moveOldLanes({ redis, prefix: desk.prefix, jobs: dying, known: all, log: desk.log });
  await expect(move).rejects.toThrow('died here');
  expect(await waiting('kiln')).toHaveLength(3);
  await adopt(all);
  expect(await waiting('kiln')).toEqual([]);
  expect((await waiting('training')).map(([, data]) => data)).toEqual(
    [0, 1, 2, 3].map((n) => ({ run: `run-${n}` })),
  );
});

it('leaves a job that a worker of the earlier release holds, and moves it once it is free', async () => {
  await lane('desk').add('test-job', { key: 'held' });
  const holder = new Worker('desk', null, { connection: redis, prefix: desk.prefix });
  const held = await holder.getNextJob('a token');
  const { adopt } = await desk.open();
  const known = [deskJob({ run: async () => {} })];
  await adopt(known);
  expect(await waiting('control')).toEqual([]);
  expect(desk.log.said('an earlier release still works on some of its jobs')).toHaveLength(1);
  // Its worker was killed: the lock expires.
  await redis.del(`${desk.prefix}:desk:${held?.id}:lock`);
  await until('it was moved by itself', async () => (await waiting('control')).length === 1);
  expect(await waiting('desk')).toEqual([]);
  await holder.close(true);
});

it('leaves what it does not know or cannot read, and says so', async () => {
  await lane('desk').add('wind-the-clock', {});
  await lane('desk').add('deploy', { version: 3 });
  const { adopt } = await desk.open();
  await adopt(all);
  expect(await waiting('desk')).toEqual([
    ['wind-the-clock', {}],
    ['deploy', { version: 3 }],
  ]);
  expect(desk.log.said('a job of an earlier release cannot be read and was left')).toHaveLength(1);
  const words = 'a job of an earlier release is not known and was left';
  expect(desk.log.said(words)).toMatchObject([{ fields: { job: 'wind-the-clock', lane: 'desk' } }]);
});
