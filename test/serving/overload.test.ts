import { describe, expect, it } from 'vitest';
import type { WheelhouseError } from '../../src/core/errors.ts';
import { Admission } from '../../src/serving/overload.ts';

/** An admission of which the test says what was measured, and when a round is over. */
function create(queueMs: number | undefined) {
  let measured = { cpuMs: 0, busy: 0 };
  let ends: (() => void)[] = [];
  const problems: WheelhouseError[] = [];
  const admission = new Admission({
    queueMs,
    onProblem: (problem) => problems.push(problem),
    measure: () => measured,
    afterRound: (call) => ends.push(call),
  });
  return {
    problems,
    /** How many of so many requests are accepted in one round. */
    round(requests: number): number {
      const accepted = Array.from({ length: requests }, () => admission.accepts());
      for (const end of ends) end();
      ends = [];
      return accepted.filter(Boolean).length;
    },
    /** After so many requests in each of the measured times. */
    looks(times: number, requests: number, cpuMs: number, busy: number) {
      for (let time = 0; time < times; time += 1) {
        this.round(requests);
        measured = { cpuMs: measured.cpuMs + cpuMs, busy };
        admission.look();
      }
    },
    [Symbol.dispose]: () => admission.stop(),
  };
}

describe('serving: too many requests', () => {
  it('accepts any burst as long as it is not saturated for a while', () => {
    using world = create(4);
    world.looks(9, 1000, 80, 0.8);
    world.looks(19, 1000, 100, 1);
    expect(world.round(1000)).toBe(1000);
    expect(world.problems).toEqual([]);
  });

  it('accepts no burst that would keep it silent for so long that another takes its place', () => {
    using world = create(8);
    world.looks(20, 100, 100, 0.99); // 1 ms each
    world.looks(20, 8, 8, 0.5);
    expect(world.round(1000)).toBe(500);
  });

  it('accepts what it can answer in time, by what a request costs, once it is saturated', () => {
    using world = create(8);
    world.looks(20, 100, 100, 0.99); // 1 ms each
    expect(world.round(50)).toBe(8);
    expect(world.round(50)).toBe(8);
    world.looks(1, 0, 16, 0.99);
    expect(world.problems.map(({ message }) => message)).toEqual([
      'answering predictions: 84 requests refused with status 429.',
    ]);
    world.looks(19, 8, 8, 0.5);
    expect(world.round(50)).toBe(8);
    world.looks(1, 8, 8, 0.5);
    expect(world.round(50)).toBe(50);
  });

  it('accepts a few at a time of what takes longer than the queue may', () => {
    using world = create(8);
    world.looks(20, 10, 500, 1);
    expect(world.round(9)).toBe(4);
  });

  it('measures what a request costs over several of them, whenever they come', () => {
    using world = create(8);
    world.looks(9, 6, 1000, 0.1);
    world.looks(3, 0, 0, 0.95);
    expect(world.round(9)).toBe(9);
    world.looks(1, 0, 9, 0.95);
    world.looks(19, 0, 0, 0.95);
    expect(world.round(50)).toBe(8);
    // Four requests of 1 ms each, and the time of a fifth.
    world.looks(1, 0, 8, 0.95);
    world.looks(5, 1, 1, 0.95);
    expect(world.round(50)).toBe(8);
  });

  it('refuses nothing if requests may queue for any time', () => {
    using world = create(undefined);
    world.looks(50, 100, 100, 1);
    expect(world.round(1000)).toBe(1000);
  });
});
