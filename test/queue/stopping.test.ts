import { afterAll, describe, expect, it } from 'vitest';
import { createWorld } from '../fakes/world.ts';
import { createGate, deskJob, openDesk, until } from './desk.ts';

const desk = await openDesk();
afterAll(() => desk.close());
const world = createWorld();

/** A job that reports where it runs and how it is stopped, and waits at a gate. */
function waiting(where: string, seen: string[], gate = createGate(), name = 'waiting') {
  return deskJob({
    name,
    async run({ key }, _needs, signal) {
      seen.push(`${key} begins at ${where}`);
      await gate.pass(signal).catch((error: unknown) => {
        seen.push(`${key} stops at ${where}: ${String(error)}`);
        throw error;
      });
      seen.push(`${key} ends at ${where}`);
    },
    failed: async ({ key }) => void seen.push(`${key} is given up`),
  });
}

describe('queue/workers, stopping', () => {
  it('cancels over the bus what runs elsewhere, and nothing else', async () => {
    const [asking, one, other] = [await desk.open(), await desk.open(), await desk.open()];
    const seen: string[] = [];
    const gate = createGate();
    const first = one.work('control', [waiting('one', seen, gate)], world, { concurrency: 1 });
    await asking.jobs.enqueue(waiting('', seen), { key: 'a', value: 0 });
    await until('a runs', () => seen.length === 1);
    const second = other.work('control', [waiting('other', seen, gate)], world, { concurrency: 1 });
    await asking.jobs.enqueue(waiting('', seen), { key: 'b', value: 0 });
    await until('b runs', () => seen.length === 2);

    await until('somebody listens', async () => {
      await asking.bus.publish('cancel', 'b');
      return seen.length > 2;
    });
    await until('b is given up', () => seen.includes('b is given up'));
    gate.open();
    await until('a ends', () => seen.includes('a ends at one'));
    await Promise.all([first.close(5000), second.close(5000)]);
    expect(seen).toEqual([
      'a begins at one',
      'b begins at other',
      'b stops at other: Error: cancelled',
      'b is given up',
      'a ends at one',
    ]);
  });

  it('closes once pending work is done, if that is within the deadline', async () => {
    const { jobs, work } = await desk.open();
    const seen: string[] = [];
    const gate = createGate();
    const job = waiting('one', seen, gate, 'finishing');
    const worker = work('control', [job], world, { concurrency: 1 });
    await jobs.enqueue(job, { key: 'c', value: 0 });
    await jobs.enqueue(job, { key: 'next', value: 0 });
    await until('it runs', () => seen.length === 1);
    const closed = worker.close(20_000);
    gate.open();
    await closed;
    expect(seen).toEqual(['c begins at one', 'c ends at one']);

    const after = work('control', [job], world, { concurrency: 1 });
    await until('what had to wait is done', () => seen.includes('next ends at one'));
    await after.close(5000);
  });

  it('stops what takes longer, and hands it to the next worker without an attempt being counted', async () => {
    const [dying, living] = [await desk.open(), await desk.open()];
    const seen: string[] = [];
    const job = { ...waiting('dying', seen, createGate(), 'handed'), attempts: 1 };
    const worker = dying.work('control', [job], world, { concurrency: 1 });
    await dying.jobs.enqueue(job, { key: 'd', value: 0 });
    await until('it runs', () => seen.length === 1);
    await worker.close(10);

    const gate = createGate();
    gate.open();
    const next = living.work('control', [waiting('living', seen, gate, 'handed')], world, {
      concurrency: 1,
    });
    await until('it ends', () => seen.includes('d ends at living'));
    await next.close(5000);
    expect(seen).toEqual([
      'd begins at dying',
      'd stops at dying: Error: the worker is shutting down',
      'd begins at living',
      'd ends at living',
    ]);
  });

  it('leaves a job of a newer release to its workers, without an attempt being counted', async () => {
    const [older, newer] = [await desk.open(), await desk.open()];
    const seen: string[] = [];
    const gate = createGate();
    gate.open();
    const job = { ...waiting('newer', seen, gate, 'of-a-newer-release'), attempts: 1 };
    const before = older.work('control', [waiting('older', seen, gate, 'of-both')], world);
    await newer.jobs.enqueue(job, { key: 'f', value: 0 });
    const left = 'a job of another release is left to its workers';
    await until('the older one has had it', () => desk.log.said(left).length > 0);
    await before.close(5000);
    expect(seen).toEqual([]);
    const after = newer.work('control', [job], world);
    await until('the newer one has done it', () => seen.length > 1);
    await after.close(5000);
    expect(seen).toEqual(['f begins at newer', 'f ends at newer']);
  });

  it('closes even if a job ignores it', async () => {
    const { jobs, work } = await desk.open();
    const seen: string[] = [];
    const deaf = deskJob({
      name: 'deaf',
      run: () => {
        seen.push('begins');
        return new Promise(() => {});
      },
    });
    const worker = work('control', [deaf], world, { concurrency: 1 });
    await jobs.enqueue(deaf, { key: 'e', value: 0 });
    await until('it runs', () => seen.length === 1);
    await worker.close(10);
    expect(desk.log.said('jobs do not stop')).toHaveLength(1);
  });
});
