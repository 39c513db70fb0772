import { afterAll, describe, expect, it } from 'vitest';
import { whenEnded } from '../../src/core/activity.ts';
import { Refused, RegistryAway } from '../../src/core/errors.ts';
import { linkOf } from '../../src/core/ports/jobs.ts';
import { traces } from '../../src/core/trace.ts';
import { createWorld } from '../fakes/world.ts';
import { createGate, deskJob, openDesk, until } from './desk.ts';

const desk = await openDesk();
afterAll(() => desk.close());
const world = createWorld();

describe('queue/jobs', () => {
  it('treats jobs with the same key as one while it waits and runs', async () => {
    const { jobs, work } = await desk.open();
    const gate = createGate();
    const ran: string[] = [];
    const job = deskJob({
      name: 'twins',
      async run({ key }, _needs, signal) {
        ran.push(key);
        await gate.pass(signal);
      },
    });
    for (let twin = 0; twin < 5; twin += 1) await jobs.enqueue(job, { key: 'a:1', value: twin });
    const worker = work('control', [job], world);
    await until('it runs', () => ran.length > 0);
    await jobs.enqueue(job, { key: 'a:1', value: 9 });
    await jobs.enqueue(job, { key: 'b', value: 0 });
    await until('the other runs', () => ran.includes('b'));
    gate.open();
    await worker.close(5000);

    await jobs.enqueue(job, { key: 'a:1', value: 0 }); // done by now, so this is a job again
    const after = work('control', [job], world);
    await until('it runs again', () => ran.length > 2);
    await after.close(5000);
    expect(ran).toEqual(['a:1', 'b', 'a:1']);
  });

  it('hands the trace of whoever queued a job to it, and says how deep a lane is', async () => {
    const { jobs, work, depths } = await desk.open();
    const seen: unknown[] = [];
    const unfollow = whenEnded('job', ({ about, ended }) => {
      if (about.name === 'traced') seen.push([about.parent, about.lane, ended?.outcome]);
    });
    const job = deskJob({ name: 'traced', async run() {} });
    const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await traces.run({ id: 'a'.repeat(32), parent }, () =>
      jobs.enqueue(job, { key: 'a', value: 1 }),
    );
    await jobs.enqueue(job, { key: 'b', value: 1 });
    const before = (await depths()).find(({ lane }) => lane === 'control');
    expect(before?.jobs).toMatchObject({ wait: 2, active: 0 });
    expect(Math.abs(Date.now() - (before?.oldest?.getTime() ?? 0))).toBeLessThan(60_000);
    const worker = work('control', [job], world, { concurrency: 1 });
    await until('both ran', () => seen.length === 2);
    await worker.close(5000);
    unfollow();
    expect(seen).toEqual([
      [parent, 'control', 'done'],
      [undefined, 'control', 'done'],
    ]);
    expect((await depths()).find(({ lane }) => lane === 'control')?.oldest).toBeUndefined();
  });

  it('runs jobs that nobody waits for after all others', async () => {
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const run = async ({ key }: { key: string }) => void ran.push(key);
    const job = deskJob({ name: 'ranked', isUrgent: ({ value }) => value > 0, run });
    for (const [key, value] of [
      ['automatic', 0],
      ['automatic too', 0],
      ['asked', 1],
      ['asked too', 1],
    ] as const)
      await jobs.enqueue(job, { key, value });
    const worker = work('control', [job], world, { concurrency: 1 });
    await until('all ran', () => ran.length === 4);
    await worker.close(5000);
    expect(ran).toEqual(['asked', 'asked too', 'automatic', 'automatic too']);
  });

  it('runs once more, with the newest payload, for jobs added while it ran', async () => {
    const { jobs, work } = await desk.open();
    const gate = createGate();
    const ran: number[] = [];
    const job = deskJob({
      name: 'again',
      again: true,
      async run({ value }, _needs, signal) {
        ran.push(value);
        await gate.pass(signal);
      },
    });
    const last = deskJob({ name: 'last', run: async () => void ran.push(99) });
    const worker = work('control', [job, last], world, { concurrency: 1 });
    await jobs.enqueue(job, { key: 'k', value: 1 });
    await until('it runs', () => ran.length === 1);
    for (const value of [2, 3, 4]) await jobs.enqueue(job, { key: 'k', value });
    gate.open();
    await until('it ran again', () => ran.length === 2);
    await jobs.enqueue(last, { key: 'k', value: 0 });
    await until('what comes after it ran', () => ran.includes(99));
    await worker.close(5000);
    expect(ran).toEqual([1, 4, 99]);
  });

  it('keeps the key reserved for a while if the job says so', async () => {
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const job = deskJob({
      name: 'ticks',
      onceForMs: 60_000,
      run: async ({ key }) => void ran.push(key),
    });
    const worker = work('control', [job], world, { concurrency: 1 });
    await jobs.enqueue(job, { key: 'tick-1', value: 0 });
    await until('it ran', () => ran.length === 1);
    await jobs.enqueue(job, { key: 'tick-1', value: 0 });
    await jobs.enqueue(job, { key: 'tick-2', value: 0 });
    await until('the next ran', () => ran.includes('tick-2'));
    await worker.close(5000);
    expect(ran).toEqual(['tick-1', 'tick-2']);
  });

  it('tries as often as the error asks for', async () => {
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const gaveUp: string[] = [];
    const job = deskJob({
      name: 'patient',
      attemptsAfter: (error) => (error instanceof RegistryAway ? 3 : 1),
      async run({ key }) {
        ran.push(key);
        if (key === 'broken') throw new Error('the program failed');
        if (ran.length < 3) throw new RegistryAway('Storing it: the registry did not answer.');
      },
      failed: async ({ key }) => void gaveUp.push(key),
    });
    const worker = work('control', [job], world);
    await jobs.enqueue(job, { key: 'away', value: 0 });
    await until('it is done', () => ran.length === 3);
    await jobs.enqueue(job, { key: 'broken', value: 0 });
    await until('it is given up', () => gaveUp.length > 0);
    await worker.close(5000);
    expect(ran).toEqual(['away', 'away', 'away', 'broken']);
    expect(gaveUp).toEqual(['broken']);
  });

  it('retries a failing job and gives up once', async () => {
    const { jobs, work } = await desk.open();
    let attempts = 0;
    const gaveUp: string[] = [];
    const job = deskJob({
      name: 'failing',
      async run() {
        attempts += 1;
        throw new Error(`attempt ${attempts}`);
      },
      failed: async ({ key }, error) => void gaveUp.push(`${key}: ${String(error)}`),
    });
    const worker = work('control', [job], world);
    await jobs.enqueue(job, { key: 'f', value: 0 });
    await until('it is given up', () => gaveUp.length > 0);
    await worker.close(5000);
    expect(attempts).toBe(3);
    expect(gaveUp).toEqual(['f: Error: attempt 3']);
    const failures = desk.log.said('job failed').map(({ fields }) => fields);
    expect(failures.filter((one) => 'job' in one && one.job === 'failing')).toMatchObject([
      { attempt: 1, last: false },
      { attempt: 2, last: false },
      { attempt: 3, last: true },
    ]);
  });

  it('does the jobs of a chain after one another, and none after one that failed', async () => {
    const { jobs, work } = await desk.open();
    const other = await desk.open();
    const ran: string[] = [];
    const gate = createGate();
    const link = (name: string, lane: 'training' | 'control', broken: boolean) =>
      deskJob({
        ...{ name, lane, attempts: 1 },
        async run({ key }, _needs, signal) {
          ran.push(`${name} ${key}`);
          if (name === 'first') await gate.pass(signal);
          if (broken && key === 'bad') throw new Error('it broke');
        },
      });
    const steps = [
      link('first', 'training', false),
      link('second', 'control', true),
      link('third', 'training', false),
    ];
    const chain = (key: string, from = 0) =>
      steps.slice(from).map((step) => linkOf(step, { key, value: 0 }));
    // Queued by two processes at once, and again while its first job runs: it is one chain.
    await Promise.all([jobs.chain(chain('good')), other.jobs.chain(chain('good'))]);
    const workers = (['training', 'control'] as const).map((lane) => work(lane, steps, world));
    await until('the first begins', () => ran.length > 0);
    await jobs.chain(chain('good'));
    gate.open();
    await until('the third is done', () => ran.includes('third good'));
    await jobs.chain(chain('bad'));
    await until('the second broke', () =>
      desk.log.said('job failed').some(({ fields }) => 'job' in fields && fields.job === 'second'),
    );
    // Restarted from the job that failed: nothing of the first attempt blocks it.
    await jobs.chain(chain('bad', 1));
    // Two lanes keep no order between them: the next chain begins once this one has failed.
    await until(
      'the second broke again',
      () => ran.filter((each) => each === 'second bad').length === 2,
    );
    await jobs.chain(chain('end'));
    await until('the last chain is done', () => ran.includes('third end'));
    for (const worker of workers) await worker.close(5000);
    expect(ran).toEqual([
      ...['first good', 'second good', 'third good', 'first bad', 'second bad', 'second bad'],
      ...['first end', 'second end', 'third end'],
    ]);
  });

  it('does the branches of a flow beside each other, and what waits for both after both', async () => {
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const gate = createGate();
    const steps = ['first', 'left', 'right', 'last'].map((name) =>
      deskJob({
        ...{ name, lane: 'training' as const, attempts: 1 },
        async run(_payload, _needs, signal) {
          ran.push(name);
          if (name === 'left') await gate.pass(signal);
        },
      }),
    );
    const link = (name: string, before?: string) => {
      const step = steps.find((one) => one.name === name);
      if (!step) throw new Error(`there is no ${name}`);
      return {
        ...linkOf(step, { key: 'x', value: 0 }),
        ...(before !== undefined && { before: `${before}-x` }),
      };
    };
    const worker = work('training', steps, world, { concurrency: 2 });
    // "right" comes after "first" as well, and a job has one parent: it is added when that is done.
    await jobs.chain([link('first', 'left'), link('left')]);
    await until('the first is done', () => ran.includes('left'));
    await jobs.chain([link('left', 'last'), link('right', 'last'), link('last')]);
    await until('the right one is done beside the left one', () => ran.includes('right'));
    await jobs.chain([link('left', 'last'), link('right', 'last'), link('last')]);
    expect(ran).not.toContain('last');
    gate.open();
    await until('what waits for both is done', () => ran.includes('last'));
    await worker.close(5000);
    expect(ran.slice(0, 3)).toEqual(['first', 'left', 'right']);
    expect(ran.filter((name) => name === 'left' || name === 'last')).toEqual(['left', 'last']);
  });

  it('finishes a branch of a flow when another one has failed', async () => {
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const gate = createGate();
    const steps = ['left', 'left-end', 'right', 'last'].map((name) =>
      deskJob({
        ...{ name, lane: 'training' as const, attempts: 1 },
        async run(_payload, _needs, signal) {
          ran.push(name);
          if (name === 'left') await gate.pass(signal);
          if (name === 'right') throw new Refused('It is not fair.');
        },
      }),
    );
    const link = (name: string, before?: string) => {
      const step = steps.find((one) => one.name === name);
      if (!step) throw new Error(`there is no ${name}`);
      const { once: key } = linkOf(step, { key: 'f', value: 0 });
      return {
        ...linkOf(step, { key, value: 0 }),
        ...(before !== undefined && { before: `${before}-${key}` }),
      };
    };
    const worker = work('training', steps, world, { concurrency: 2 });
    await jobs.chain([
      ...[link('left', 'left-end'), link('left-end', 'last')],
      ...[link('right', 'last'), link('last')],
    ]);
    await until('the right branch has failed beside the left one', () =>
      desk.log.said('job failed').some(({ fields }) => 'job' in fields && fields.job === 'right'),
    );
    gate.open();
    await until('the left branch is done', () => ran.includes('left-end'));
    await worker.close(5000);
    expect(ran.toSorted()).toEqual(['left', 'left-end', 'right']);
  });

  it('does not retry what only a person can fix', async () => {
    const { jobs, work } = await desk.open();
    let attempts = 0;
    const gaveUp: unknown[] = [];
    const job = deskJob({
      name: 'refused',
      async run() {
        attempts += 1;
        throw new Refused('Nothing to roll back to.');
      },
      failed: async (_payload, error) => void gaveUp.push(error),
    });
    const worker = work('control', [job], world, { concurrency: 1 });
    await jobs.enqueue(job, { key: 'r', value: 0 });
    await until('it is given up', () => gaveUp.length > 0);
    await worker.close(5000);
    // The key is free: no retry of it is waiting that would absorb this one.
    await jobs.enqueue(job, { key: 'r', value: 0 });
    const after = work('control', [job], world, { concurrency: 1 });
    await until('it is given up again', () => gaveUp.length > 1);
    await after.close(5000);
    expect(attempts).toBe(2);
    expect(gaveUp).toEqual([expect.any(Refused), expect.any(Refused)]);
  });

  it('gives up unknown jobs, and continues', async () => {
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const known = deskJob({ name: 'known', run: async ({ key }) => void ran.push(key) });
    const unknown = deskJob({ name: 'unknown', run: async () => void ran.push('unknown') });
    const worker = work('control', [known], world, { concurrency: 1 });
    await jobs.enqueue(unknown, { key: 'u', value: 0 });
    await jobs.enqueue(known, { key: 'k', value: 0 });
    await until('the known one ran', () => ran.length > 0);
    await worker.close(5000);
    expect(ran).toEqual(['k']);
  });
});
