import { describe, expect, it } from 'vitest';
import { Deaths, patience } from '../../../src/serving/isolation/blame.ts';
import { IDLE, LOADING, RUNNING } from '../../../src/serving/isolation/register.ts';

const idle = { slot: 0, phase: IDLE, amount: 0 } as const;
const running = { slot: 7, phase: RUNNING, amount: 1 } as const;
const loading = { slot: 7, phase: LOADING, amount: 9 } as const;
const careful = { careful: true, how: 'SIGSEGV', outOfMemory: false };
const seen = (entered: typeof idle | typeof running | typeof loading) => ({
  seen: { entered, now: idle, steps: 0 },
});

describe('serving: who is to blame for a process that ended', () => {
  it('is the version that was running both times', () => {
    const deaths = new Deaths(() => 0);
    // It is not known yet whether it had left that version.
    expect(deaths.add({ ...seen(running), ...careful, careful: false })).toBeUndefined();
    expect(deaths.careful).toBe(true);
    expect(deaths.add({ ...seen(running), ...careful })).toBeUndefined();
    expect(deaths.add({ ...seen(running), ...careful })).toMatchObject({
      slot: 7,
      fault: 'crashed',
    });
  });

  it('is the version that was loading both times', () => {
    const deaths = new Deaths(() => 0);
    expect(deaths.add({ ...seen(loading), ...careful, careful: false })).toBeUndefined();
    expect(deaths.add({ ...seen(loading), ...careful, careful: false })).toMatchObject({ slot: 7 });
  });

  it.each([
    ['it was idle', { ...seen(idle), ...careful }],
    ['somebody ended it', { ...seen(running), ...careful, how: 'SIGKILL' }],
    ['somebody asked it to end', { ...seen(loading), ...careful, how: 'SIGTERM' }],
    ['it left by itself', { ...seen(running), ...careful, how: 'exit code 1' }],
  ])('is nobody where %s, however often', (_, death) => {
    const deaths = new Deaths(() => 0);
    for (let time = 0; time < 5; time += 1) expect(deaths.add(death)).toBeUndefined();
  });

  it('is none if it happens again only after a long time, and the version if memory ran out', () => {
    let now = 0;
    const deaths = new Deaths(() => now);
    const killed = { ...seen(running), ...careful, how: 'SIGKILL', outOfMemory: true };
    expect(deaths.add(killed)).toBeUndefined();
    now = 6 * 60_000;
    expect(deaths.careful).toBe(false);
    expect(deaths.add(killed)).toBeUndefined();
    expect(deaths.add(killed)).toMatchObject({ slot: 7 });
  });
});

describe('serving: how long a version may take', () => {
  it('grows with the rows of the request, to twice the deadline, and with the bytes of the file', () => {
    expect(patience({ ...running, amount: 0 }, 4000)).toBe(4000);
    // 1,024 rows that take 5 s are slow, which is no reason to end a process.
    expect(patience({ ...running, amount: 1024 }, 4000)).toBe(8000);
    expect(patience({ ...running, amount: 1e6 }, 4000)).toBe(8000);
    expect(patience({ ...loading, amount: 50_000_000 }, 4000)).toBe(14_000);
    expect(patience(idle, 4000)).toBe(4000);
  });
});
