import { describe, expect, it } from 'vitest';
import { createTurns } from '../../src/outbox/turns.ts';

const { signal } = new AbortController();
/** Long beside what a turn takes, so that the order of events does not depend on the machine. */
const LONG = 60_000;

describe('outbox: turns', () => {
  it('come in the order of asking, and as far apart as they must', async () => {
    const turns = createTurns();
    const seen: { n: number; at: number }[] = [];
    await Promise.all(
      [0, 1, 2, 3].map(async (n) => {
        await turns.next('a', 20, signal);
        seen.push({ n, at: performance.now() });
      }),
    );
    expect(seen.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    const gaps = seen.slice(1).map(({ at }, n) => at - (seen[n]?.at ?? 0));
    // A late look at the clock can bring two together by what it was late, never by all of it.
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeGreaterThan(40);
  });

  it('at one place wait for nobody at another', async () => {
    const turns = createTurns();
    turns.hold('a', LONG);
    const waiting = new AbortController();
    const held = turns.next('a', 0, waiting.signal);
    for (let n = 0; n < 3; n++) await turns.next('b', 0, signal);
    waiting.abort(new Error('enough'));
    await expect(held).rejects.toThrow();
  });

  it('are not lost with whoever gives up before', async () => {
    const turns = createTurns();
    const leaving = new AbortController();
    turns.hold('a', 30);
    const gone = turns.next('a', LONG, leaving.signal);
    const stays = turns.next('a', 0, signal);
    leaving.abort(new Error('going home'));
    await expect(gone).rejects.toThrow();
    await stays;
  });

  it('wait again when they are put off while they wait', async () => {
    const turns = createTurns();
    const started = performance.now();
    turns.hold('a', 10);
    const turn = turns.next('a', 0, signal);
    turns.hold('a', 60);
    turns.hold('a', 5); // the longest plea holds
    await turn;
    expect(performance.now() - started).toBeGreaterThan(55);
  });
});
