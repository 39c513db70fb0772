import { afterAll, expect, it } from 'vitest';
import { checkMonitor } from '../../jobs/declared/index.ts';
import { jobs as all } from '../../jobs/index.ts';
import { LANES } from '../../src/core/ports/jobs.ts';
import { createWorld } from '../fakes/world.ts';
import { createGate, deskJob, openDesk, until } from './desk.ts';

const desk = await openDesk();
afterAll(() => desk.close());

/** Whatever these do, they must not delay a rollback. */
const SLOW = [
  ...([
    'training',
    'evaluation',
    'comparison',
    'data',
    'delivery',
    'monitoring',
    'upkeep',
    'tracking',
  ] as const),
] as const;

it('a rollback completes while all slow lanes are full of stuck jobs', async () => {
  const { jobs, work } = await desk.open();
  const world = createWorld();
  const gate = createGate();
  const stuck: string[] = [];
  const done: string[] = [];
  const slow = SLOW.map((lane) =>
    deskJob({
      name: `stuck-${lane}`,
      lane,
      async run({ key }, _needs, signal) {
        stuck.push(key);
        await gate.pass(signal);
      },
    }),
  );
  const rollBack = deskJob({ name: 'roll-back', run: async ({ key }) => void done.push(key) });
  const workers = LANES.map((lane) => work(lane, [...slow, rollBack], world));
  for (const job of slow)
    for (let each = 0; each < 12; each += 1)
      await jobs.enqueue(job, { key: `${job.name}-${each}`, value: 0 });
  await until('every slow lane is busy', () =>
    SLOW.every((lane) => stuck.some((key) => key.startsWith(`stuck-${lane}`))),
  );
  await jobs.enqueue(rollBack, { key: 'back', value: 0 });
  await until('it was rolled back', () => done.includes('back'));
  gate.open();
  for (const worker of workers) await worker.close(5000);
});

it('a check is done while tidying takes long, however often that is called for', async () => {
  const { jobs, work } = await desk.open();
  const world = createWorld();
  const gate = createGate();
  const stuck: string[] = [];
  const done: string[] = [];
  const laneOf = (name: string) => all.find((job) => job.name === name)?.lane ?? 'control';
  const slow = deskJob({
    ...{ name: 'tidy', lane: laneOf('tidy') },
    async run({ key }, _needs, signal) {
      stuck.push(key);
      await gate.pass(signal);
    },
  });
  const checks = ['check-monitor', 'watch-alerts', 'consider-retraining', 'follow-pipeline'].map(
    (name) => deskJob({ name, lane: laneOf(name), run: async ({ key }) => void done.push(key) }),
  );
  const workers = LANES.map((lane) => work(lane, [slow, ...checks], world));
  for (let each = 0; each < 12; each += 1)
    await jobs.enqueue(slow, { key: `tick-${each}`, value: 0 });
  await until('it tidies', () => stuck.length > 0);
  for (const job of checks) await jobs.enqueue(job, { key: job.name, value: 0 });
  await until('everything was checked', () => done.length === checks.length);
  gate.open();
  for (const worker of workers) await worker.close(5000);
});

it('no job in the control lane runs a program or a model', async () => {
  const onTheDesk = all.filter(({ lane }) => lane === 'control').map(({ name }) => name);
  expect(onTheDesk.toSorted()).toEqual([
    'advance-rollout',
    'deploy',
    'end-rollout',
    'pipeline-check',
    'pipeline-promote',
    'roll-back',
    'tell-quarantine',
    'tell-subscribers',
  ]);
  for (const name of [
    'train',
    'evaluate',
    'compare',
    'what-if',
    'probe',
    'request-promotion',
    'look-for-data',
    'drill',
    'pipeline-prepare',
    'pipeline-train',
    'pipeline-evaluate',
    'pipeline-compare',
    'apply-target',
    // As many as there are models and monitors: everything that schedules start.
    'check-monitor',
    'consider-retraining',
    'follow-pipeline',
    'watch-alerts',
    'tidy',
  ])
    expect(SLOW).toContain(all.find((job) => job.name === name)?.lane);
});

it('checks of one monitor take one place of their lane, however often and by whom they are called for', () => {
  const of = { model: 'flights', environment: 'production', monitor: 'drift' };
  const keys = ['2001-06-01T00:00:00Z', '2001-06-02T00:00:00Z', 'run 2001-06-02T00:00:00Z'].map(
    (tick) => checkMonitor.once({ ...of, tick }),
  );
  expect(new Set(keys).size).toBe(1);
  expect(checkMonitor.again).toBe(true);
  expect(checkMonitor.onceForMs).toBeUndefined();
  expect(checkMonitor.once({ ...of, monitor: 'performance', tick: '' })).not.toBe(keys[0]);
});
