import { describe, expect, it } from 'vitest';
import type { WheelhouseError } from '../../src/core/errors.ts';
import { Admission } from '../../src/serving/overload.ts';

const LOOK_MS = 25;

/** An admission whose measurements and rounds are controlled by the test. */
function create(queueMs: number | undefined) {
  const measured = { at: 0, active: 0, cpuMs: 0 };
  let ends: (() => void)[] = [];
  let share = 1;
  const problems: WheelhouseError[] = [];
  const admission = new Admission({
    queueMs,
    onProblem: (problem) => problems.push(problem),
    measure: () => ({ ...measured }),
    afterRound: (call) => ends.push(call),
  });
  return {
    problems,
    /** From now on it gets only that share of the processor time that it could use. */
    starve(to: number) {
      share = to;
    },
    /** How many of this many requests are accepted in one round. */
    round(requests: number): number {
      const accepted = Array.from({ length: requests }, () => admission.accepts());
      for (const end of ends) end();
      ends = [];
      return accepted.filter(Boolean).length;
    },
    answered(times: number, ms: number) {
      for (let time = 0; time < times; time += 1) admission.answered(ms);
    },
    /** After so many requests in each of the measured times, and work of that many milliseconds. */
    looks(times: number, requests: number, active: number, passed = Math.max(LOOK_MS, active)) {
      for (let time = 0; time < times; time += 1) {
        this.round(requests);
        measured.active += active;
        measured.cpuMs += active * share;
        measured.at += passed;
        admission.look();
      }
    },
    [Symbol.dispose]: () => admission.stop(),
  };
}

describe('serving: too many requests', () => {
  it('accepts any burst as long as it is not saturated for a while', () => {
    using world = create(4);
    world.looks(9, 1000, 80, 100);
    world.looks(19, 1000, 100);
    expect(world.round(1000)).toBe(1000);
    expect(world.problems).toEqual([]);
  });

  it('accepts no burst that would keep it silent for so long that another takes its place', () => {
    using world = create(8);
    world.looks(20, 100, 100); // 1 ms each
    world.looks(20, 8, 8);
    expect(world.round(1000)).toBe(500);
  });

  it('accepts what it can answer in time, by what a request costs, once it is saturated', () => {
    using world = create(8);
    world.looks(20, 100, 100); // 1 ms each
    expect(world.round(50)).toBe(8);
    expect(world.round(50)).toBe(8);
    world.looks(1, 0, 25);
    expect(world.problems.map(({ message }) => message)).toEqual([
      'answering predictions: 84 requests refused with status 429.',
    ]);
  });

  it('is no longer saturated once, for half a second, it has time for all that arrives', () => {
    using world = create(8);
    world.looks(20, 100, 100); // 1 ms each
    // It refuses most of them, and so has moments without work.
    world.looks(100, 50, 8);
    expect(world.round(50)).toBe(8);
    world.looks(1, 0, 8);
    world.looks(19, 8, 8);
    expect(world.round(50)).toBe(8);
    world.looks(1, 8, 8);
    world.looks(20, 8, 8);
    expect(world.round(50)).toBe(50);
  });

  it('accepts no more at a time than it answers while 99 of 100 requests are answered without overload', () => {
    using world = create(100);
    world.answered(1, 10);
    // One of a hundred takes longer than 5 ms.
    for (let round = 0; round < 100; round += 1) {
      world.answered(1, 6);
      world.answered(98, 1);
      world.answered(1, 5);
      world.looks(1, 10, 10);
    }
    world.answered(1000, 90);
    world.looks(20, 100, 100); // 1 ms each
    const accepted = world.round(50);
    expect(accepted).toBeGreaterThanOrEqual(4);
    expect(accepted).toBeLessThanOrEqual(6);
    // What they take in an overload is no measure.
    world.answered(1000, 90);
    world.looks(5, 100, accepted);
    expect(world.round(50)).toBe(accepted);
  });

  it('accepts as many while other programs keep it from working, as that is no matter of requests', () => {
    using world = create(8);
    world.starve(0.1);
    world.looks(20, 100, 100); // 0.1 ms each
    expect(world.round(100)).toBe(80);
  });

  it('accepts a few at a time of what takes longer than the queue may', () => {
    using world = create(8);
    world.looks(20, 10, 500);
    expect(world.round(9)).toBe(3);
  });

  it('measures what a request costs over several of them, whenever they come', () => {
    using world = create(8);
    world.looks(9, 6, 100, 1000);
    world.looks(1, 0, 1, 1);
    expect(world.round(10)).toBe(10);
    world.looks(1, 0, 9, 9);
    world.looks(19, 0, 25);
    expect(world.round(50)).toBe(8);
  });

  it('refuses nothing if requests may queue for any time', () => {
    using world = create(undefined);
    world.looks(50, 100, 100);
    expect(world.round(1000)).toBe(1000);
  });
});
