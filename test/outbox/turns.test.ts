import { setImmediate as settle } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTurns, type Stopwatch } from '../../src/outbox/turns.ts';

const { signal } = new AbortController();
const LONG = 60_000;

describe('outbox: turns', () => {
  it('come in the order of asking, and as far apart as they must', async () => {
    const { time, forward } = stopwatch();
    const turns = createTurns(time);
    const seen: string[] = [];
    for (const n of [0, 1, 2, 3])
      void turns.next('a', 20, signal).then(() => seen.push(`${n} at ${time.now()}`));
    for (let ms = 0; ms < 100; ms += 1) await forward(1);
    expect(seen).toEqual(['0 at 0', '1 at 20', '2 at 40', '3 at 60']);
  });

  it('at one place do not wait for another place', async () => {
    const turns = createTurns(stopwatch().time);
    turns.hold('a', LONG);
    const waiting = new AbortController();
    const held = turns.next('a', 0, waiting.signal);
    for (let n = 0; n < 3; n++) await turns.next('b', 0, signal);
    waiting.abort(new Error('enough'));
    await expect(held).rejects.toThrow();
  });

  it('are not lost if an earlier one fails', async () => {
    const { time, forward } = stopwatch();
    const turns = createTurns(time);
    const leaving = new AbortController();
    turns.hold('a', 30);
    const gone = turns.next('a', LONG, leaving.signal);
    const stays = turns.next('a', 0, signal);
    await forward(1);
    leaving.abort(new Error('going home'));
    await expect(gone).rejects.toThrow();
    await forward(29);
    await stays;
  });

  it('wait again if they are postponed while they wait', async () => {
    const { time, forward } = stopwatch();
    const turns = createTurns(time);
    let reached: number | undefined;
    turns.hold('a', 10);
    const turn = turns.next('a', 0, signal).then(() => {
      reached = time.now();
    });
    await forward(5);
    turns.hold('a', 60);
    turns.hold('a', 5); // the longest plea holds
    for (let ms = 5; ms < 65; ms += 1) {
      expect(reached).toBeUndefined();
      await forward(1);
    }
    await turn;
    expect(reached).toBe(65);
  });

  it('use the real clock by default', async () => {
    const turns = createTurns();
    turns.hold('a', 5);
    await turns.next('a', 5, signal);
    await turns.next('a', 0, signal);
  });
});

/** A clock that moves when the test says so, and wakes what has slept long enough. */
function stopwatch() {
  let now = 0;
  const asleep = new Set<{ until: number; wake(): void }>();
  const time: Stopwatch = {
    now: () => now,
    sleep: (ms, aborted) =>
      new Promise((resolve, reject) => {
        const one = { until: now + ms, wake: resolve };
        asleep.add(one);
        aborted.addEventListener('abort', () => {
          asleep.delete(one);
          reject(aborted.reason);
        });
      }),
  };
  return {
    time,
    async forward(ms: number) {
      await settle();
      now += ms;
      for (const one of asleep)
        if (one.until <= now) {
          asleep.delete(one);
          one.wake();
        }
      await settle();
    },
  };
}
